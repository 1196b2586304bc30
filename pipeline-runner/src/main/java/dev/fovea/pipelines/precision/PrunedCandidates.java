package dev.fovea.pipelines.precision;

import dev.fovea.onnx.prune.MagnitudePruning;
import dev.fovea.onnx.prune.MagnitudePruning.Scope;
import dev.fovea.onnx.prune.PrunedModel;
import dev.fovea.onnx.prune.StructuredPruning;
import dev.fovea.onnx.prune.correct.ActivationCorrection;
import dev.fovea.onnx.quantize.search.Candidate;
import dev.fovea.onnx.quantize.search.Candidate.Made;
import dev.fovea.pipelines.precision.PrecisionSearch.Given;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pruned forms of a model, each in float and in INT8. Their activations are corrected on the
 * examples, once for both forms.
 */
final class PrunedCandidates {
  /** In float and in INT8. */
  private static final int FORMS = 2;

  private final Given given;

  /** What each correction takes. */
  private final long inferences;

  private final List<Candidate> candidates = new ArrayList<>();

  private PrunedCandidates(Given given) {
    this.given = given;
    inferences = ActivationCorrection.inferences(given.model(), given.exampleCount());
  }

  /** How many models there are. */
  static int count(PruneSpec spec) {
    return FORMS * (spec.structured().size() + spec.magnitude().size());
  }

  /** Channels first, since they make it faster; each share once in float and once in INT8. */
  static List<Candidate> of(PruneSpec spec, Given given) {
    var pruned = new PrunedCandidates(given);
    for (int percent : spec.structured()) {
      pruned.add(
          "pruned-%d".formatted(percent),
          "%d %% of the channels of each layer removed".formatted(percent),
          () -> StructuredPruning.prune(given.model(), percent / 100.0));
    }
    for (int percent : spec.magnitude()) {
      pruned.add(
          "sparse-%d".formatted(percent),
          "%d %% of the weights set to 0".formatted(percent),
          () -> MagnitudePruning.prune(given.model(), percent / 100.0, Scope.GLOBAL));
    }
    return pruned.candidates;
  }

  private void add(String name, String how, Supplier<PrunedModel> pruning) {
    var both =
        new ForBothForms(() -> {
          var corrected =
              ActivationCorrection.correct(given.model(), pruning.get(), given.examples());
          return new Made(corrected.model(), corrected.done());
        });
    candidates.add(new Candidate(name, how + ", in float", Set.of(), inferences, both::next));
    candidates.add(
        new Candidate(
            name + "-int8",
            how + ", then everything in INT8 that can be",
            Set.of(),
            given.quantizing().inferences(),
            () -> {
              var made = both.next();
              return new Made(given.quantizing().of(made.model()), made.done());
            }));
  }

  /** Makes a model for the form that is asked for first and forgets it with the other. */
  private static final class ForBothForms {
    private final Supplier<Made> making;
    private @Nullable Made waiting;

    ForBothForms(Supplier<Made> making) {
      this.making = making;
    }

    Made next() {
      var there = waiting;
      if (there != null) {
        waiting = null;
        return there;
      }
      var made = making.get();
      waiting = made;
      return made;
    }
  }
}
