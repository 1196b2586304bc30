package dev.fovea.pipelines.precision;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.prune.MagnitudePruning;
import dev.fovea.onnx.prune.MagnitudePruning.Scope;
import dev.fovea.onnx.prune.StructuredPruning;
import dev.fovea.onnx.quantize.search.Candidate;
import dev.fovea.pipelines.precision.PrecisionSearch.Given;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;

/** Pruned forms of a model, each in float and in INT8. */
final class PrunedCandidates {
  /** In float and in INT8. */
  private static final int FORMS = 2;

  private PrunedCandidates() {}

  /** How many models there are. */
  static int count(PruneSpec spec) {
    return FORMS * (spec.structured().size() + spec.magnitude().size());
  }

  /** Channels first, since they make it faster; each share once in float and once in INT8. */
  static List<Candidate> of(PruneSpec spec, Given given) {
    var candidates = new ArrayList<Candidate>();
    for (int percent : spec.structured()) {
      add(
          candidates,
          new Kind(
              "pruned", percent, "of the channels of each layer removed", given.exampleCount()),
          share -> StructuredPruning.prune(given.model(), share, given.examples()).model(),
          given);
    }
    for (int percent : spec.magnitude()) {
      add(
          candidates,
          new Kind("sparse", percent, "of the weights set to 0", 0),
          share -> MagnitudePruning.prune(given.model(), share, Scope.GLOBAL).model(),
          given);
    }
    return candidates;
  }

  /**
   * A way to prune.
   *
   * @param inferences that it takes
   */
  private record Kind(String name, int percent, String how, long inferences) {}

  private static void add(
      List<Candidate> candidates, Kind kind, DoubleFunction<OnnxModel> pruning, Given given) {
    var name = "%s-%d".formatted(kind.name(), kind.percent());
    var how = "%d %% %s".formatted(kind.percent(), kind.how());
    double share = kind.percent() / 100.0;
    candidates.add(
        new Candidate(
            name, how + ", in float", Set.of(), kind.inferences(), () -> pruning.apply(share)));
    candidates.add(
        new Candidate(
            name + "-int8",
            how + ", then everything in INT8 that can be",
            Set.of(),
            kind.inferences() + given.quantizing().inferences(),
            () -> given.quantizing().of(pruning.apply(share))));
  }
}
