package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.precision.OutputDifference;
import dev.fovea.onnx.precision.ParityResult;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.parity.Recording;
import dev.fovea.pipelines.parity.Replay;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Asks the exported model what its recording holds. Without a recording it says that nothing was
 * compared.
 */
final class ParityStep implements JobStep<ReleaseState> {
  static final String NAME = "parity";

  private final ObjectStore objects;

  ParityStep(ObjectStore objects) {
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws IOException {
    var recorded = state.order().parity();
    if (recorded.isEmpty()) {
      return new Outcome.Done(
          "not compared: the model version has no recording of inputs and outputs", List.of());
    }
    return compare(state, recorded.get());
  }

  private Outcome compare(ReleaseState state, Digest recorded) throws IOException {
    var recording = Recording.read(objects, recorded);
    double allowed = state.spec().parity();
    try (var local = objects.local(state.variant(Variant.FP32));
        var session = InferenceSession.open(local.path(), SessionSettings.defaults())) {
      return switch (Replay.of(recording, session, allowed)) {
        case ParityResult.Agree(_, var differences) -> {
          double worst =
              differences.stream().mapToDouble(OutputDifference::maxRelative).max().orElse(0);
          yield new Outcome.Done(
              String.format(
                  Locale.ROOT,
                  "%d recorded examples, largest difference %.2e of the largest output (allowed: %.0e)",
                  recording.examples(),
                  worst,
                  allowed),
              List.of());
        }
        case ParityResult.Disagree disagree ->
            throw new OutputsDisagree(state.order().model().text(), worst(disagree), allowed);
      };
    }
  }

  private static String worst(ParityResult.Disagree result) {
    return result.differences().stream()
        .max(Comparator.comparing(OutputDifference::maxRelative))
        .map(OutputDifference::describe)
        .orElseGet(() -> result.reasons().getFirst());
  }
}
