package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.teamfile.Gate;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.AreaRange;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The least mean average precision over the strengths of a fault. Intervals are a bootstrap over
 * the images: that of the least takes the least anew on every resample, on the same resamples at
 * every strength, so that it knows that the least was chosen among several.
 */
final class LeastPrecision {
  private static final int LEAST_OBJECTS = 20;
  private static final PrecisionBootstrap BOOTSTRAP = new PrecisionBootstrap(1_000, 0.95, 1);

  private LeastPrecision() {}

  static Finding of(Gate gate, DetectedSweep evaluation) {
    int images = evaluation.size();
    var asThere = evaluation.strengths().getFirst().images();
    int objects = asThere.stream().mapToInt(image -> image.objects().size()).sum();
    var on =
        "test split%s, %,d%s images with %,d objects, %d strengths"
            .formatted(
                gate.slice().map(slice -> ", slice " + slice).orElse(""),
                images,
                images < evaluation.of() ? " of %,d".formatted(evaluation.of()) : "",
                objects,
                evaluation.strengths().size());
    if (images == 0) {
      return new Finding.Missing(on, "no image of the test split is in it");
    }
    if (objects == 0) {
      return new Finding.Missing(on, "there is nothing to find");
    }
    var measured =
        evaluation.strengths().stream().map(strength -> Coco.of(strength.images())).toList();
    var curve = curve(gate, evaluation, measured);
    int worst = Strengths.worst(curve.points());
    var estimate =
        estimate(curve.points().get(worst).measured(), BOOTSTRAP.ofLeast(measured, ApMeasure.AP));
    var atWorst = evaluation.strengths().get(worst).images();
    var frames =
        DecidingImages.of(
            gate,
            evaluation.classes(),
            AreaRange.ALL,
            IntStream.range(0, evaluation.classes().size()).boxed().toList(),
            atWorst,
            atWorst);
    var few = tooFew(images, objects);
    return few.isEmpty()
        ? new Finding.Measured(
            estimate, on, Strengths.note(curve, worst), frames, Optional.of(curve))
        : new Finding.TooFew(estimate, on, few, frames, Optional.of(curve));
  }

  private static Curve curve(Gate gate, DetectedSweep evaluation, List<CocoEvaluation> measured) {
    var points =
        IntStream.range(0, measured.size())
            .mapToObj(i -> {
              var estimate =
                  estimate(
                      measured.get(i).summary().ap(), BOOTSTRAP.of(measured.get(i), ApMeasure.AP));
              return new Curve.Point(
                  evaluation.strengths().get(i).strength(),
                  estimate.value(),
                  estimate.low(),
                  estimate.high());
            })
            .toList();
    return Strengths.curve(evaluation.sweep().kind(), points, gate.limit());
  }

  private static String tooFew(int images, int objects) {
    if (images < Shares.LEAST_IMAGES) {
      return Shares.tooFewImages(images);
    }
    return objects < LEAST_OBJECTS
        ? "%d objects, and it takes %d".formatted(objects, LEAST_OBJECTS)
        : "";
  }

  /** The ends are quantiles of resamples; in rare cases they leave out the value itself. */
  private static Estimate estimate(double value, BootstrapInterval interval) {
    return new Estimate(value, Math.min(value, interval.low()), Math.max(value, interval.high()));
  }
}
