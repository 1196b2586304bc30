package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ServedDetector;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Hands a release that passed to its rollout: the INT8 model with everything that it needs to
 * serve.
 */
final class StartRolloutStep implements JobStep<ReleaseState> {
  static final String NAME = "rollout";

  private static final String RAW_OUTPUTS =
      "; it answers with the detector's raw outputs, so errors and latency are compared, confidence"
          + " is not, and no frames come back";

  private static final String OBJECTS =
      "; it answers with the objects that it finds in the tiles of an image, so errors and latency"
          + " are compared, confidence is not, and no frames come back";

  private final Rollouts rollouts;
  private final ObjectStore objects;

  StartRolloutStep(Rollouts rollouts, ObjectStore objects) {
    this.rollouts = rollouts;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws IOException {
    var verdict =
        state.verdict().orElseThrow(() -> new IllegalStateException("release without a verdict"));
    if (!GateStep.read(objects, verdict).passed()) {
      return new Outcome.NotNeeded();
    }
    var order = state.order();
    var int8 = state.variant(Variant.INT8);
    var rollout = rollouts.start(order.project(), plan(state));
    state.rollout(rollout.digest());
    return new Outcome.Done(
        "rollout %s of %s %d int8 is started%s"
            .formatted(
                rollout.digest().abbreviated(),
                order.model(),
                order.number(),
                state.spec().detector().map(StartRolloutStep::answers).orElse("")),
        List.of(
            new LineageLinked(
                order.project(),
                order.variantNode(Variant.INT8, int8),
                "made of",
                order.releaseNode(),
                Clock.systemUTC().instant())));
  }

  private static String answers(DetectorSpec detector) {
    return detector.tiles().isPresent() ? OBJECTS : RAW_OUTPUTS;
  }

  /** None for a detector: no confidence follows from what it answers. */
  private List<String> classes(ReleaseState state) throws IOException {
    return state.spec().detector().isPresent() ? List.of() : classesOfDataset(state);
  }

  /** Only the server can put tiles together again, so it reads the outputs of such a model. */
  private Optional<ServedDetector> detector(ReleaseState state) throws IOException {
    var tiled = state.spec().detector().filter(spec -> spec.tiles().isPresent());
    return tiled.isPresent()
        ? Optional.of(new ServedDetector(tiled.get(), classesOfDataset(state)))
        : Optional.empty();
  }

  private List<String> classesOfDataset(ReleaseState state) throws IOException {
    return Manifest.read(objects, state.order().dataset()).classes();
  }

  private Rollouts.Plan plan(ReleaseState state) throws IOException {
    var order = state.order();
    return new Rollouts.Plan(
        order.model(),
        order.number(),
        state.variant(Variant.INT8),
        order.digest(),
        state.spec().preprocess(),
        classes(state),
        state.spec().canary(),
        state.feedback(),
        order.requestedBy(),
        detector(state));
  }
}
