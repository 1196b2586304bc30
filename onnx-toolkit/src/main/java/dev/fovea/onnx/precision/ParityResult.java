package dev.fovea.onnx.precision;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether two models gave the same answers within a tolerance, and how far apart they were. */
public sealed interface ParityResult {

  /** The measures of each output that both models have in the same shape. */
  List<OutputDifference> differences();

  /** What came out, with values, for people; one line per output. */
  String describe();

  /** Every output is within the tolerance. */
  record Agree(Tolerance tolerance, List<OutputDifference> differences) implements ParityResult {
    public Agree {
      differences = List.copyOf(differences);
    }

    @Override
    public String describe() {
      return differences.stream()
          .map(OutputDifference::describe)
          .collect(Collectors.joining("\n", "The outputs agree.\n", ""));
    }
  }

  /**
   * At least one output is missing, has another shape, or is beyond the tolerance.
   *
   * @param reasons one line for each output that fails
   */
  record Disagree(Tolerance tolerance, List<String> reasons, List<OutputDifference> differences)
      implements ParityResult {
    public Disagree {
      reasons = List.copyOf(reasons);
      differences = List.copyOf(differences);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("reasons: none (expected: at least one)");
      }
    }

    @Override
    public String describe() {
      var allowed =
          "The outputs disagree (allowed: max abs %s, max rel %s, cosine >= %s)."
              .formatted(tolerance.maxAbsolute(), tolerance.maxRelative(), tolerance.minCosine());
      return Stream.concat(Stream.of(allowed), reasons.stream()).collect(Collectors.joining("\n"));
    }
  }
}
