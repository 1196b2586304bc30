package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.SweepEvaluation.At;
import dev.fovea.teamfile.Gate;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The least accuracy over the strengths of a fault. Intervals are a bootstrap over the images: that
 * of the least accuracy resamples the images and takes the least anew, on the same resamples at
 * every strength, so that it knows that the least was chosen among several. A bootstrap of answers
 * that are all right or all wrong has no width; there it is Wilson's.
 */
final class Robustness {
  private static final ImageBootstrap BOOTSTRAP = new ImageBootstrap(1_000, 0.95, 1);

  private Robustness() {}

  static Finding of(Gate gate, SweepEvaluation evaluation) {
    int images = evaluation.size();
    var on =
        "test split%s, %,d%s images, %d strengths"
            .formatted(
                gate.slice().map(slice -> ", slice " + slice).orElse(""),
                images,
                images < evaluation.of() ? " of %,d".formatted(evaluation.of()) : "",
                evaluation.at().size());
    if (images == 0) {
      return new Finding.Missing(on, "no image of the test split is in it");
    }
    var right = evaluation.at().stream().map(Robustness::right).toList();
    var curve = curve(gate, evaluation, right);
    int worst = Strengths.worst(curve.points());
    var estimate = estimate(right, curve.points().get(worst).measured());
    var note = Strengths.note(curve, worst);
    var frames = Shares.mistakes(evaluation.at().get(worst).answers());
    return images < Shares.LEAST_IMAGES
        ? new Finding.TooFew(estimate, on, Shares.tooFewImages(images), frames, Optional.of(curve))
        : new Finding.Measured(estimate, on, note, frames, Optional.of(curve));
  }

  /**
   * Where a model is right least often.
   *
   * @param estimate how often, with an interval that knows of the choice
   */
  record Worst(double strength, Estimate estimate) {}

  /**
   * Of strengths with the same accuracy the one nearest to 0.
   *
   * @param right at each strength, whether the answer to each image was right
   */
  static Worst worst(double[] strengths, List<boolean[]> right) {
    var points =
        IntStream.range(0, right.size())
            .mapToObj(i -> {
              double accuracy = share(right.get(i));
              return new Curve.Point(strengths[i], accuracy, accuracy, accuracy);
            })
            .toList();
    var worst = points.get(Strengths.worst(points));
    return new Worst(worst.strength(), estimate(right, worst.measured()));
  }

  private static boolean[] right(At at) {
    var right = new boolean[at.answers().size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = at.answers().get(i).right();
    }
    return right;
  }

  private static Curve curve(Gate gate, SweepEvaluation evaluation, List<boolean[]> right) {
    var kind = evaluation.sweep().kind();
    var points =
        IntStream.range(0, right.size())
            .mapToObj(i -> {
              double accuracy = share(right.get(i));
              var estimate = estimate(List.of(right.get(i)), accuracy);
              return new Curve.Point(
                  evaluation.at().get(i).strength(), accuracy, estimate.low(), estimate.high());
            })
            .toList();
    return Strengths.curve(kind, points, gate.limit());
  }

  private static double share(boolean[] right) {
    int count = 0;
    for (boolean each : right) {
      count += each ? 1 : 0;
    }
    return count / (double) right.length;
  }

  private static Estimate estimate(List<boolean[]> right, double least) {
    int images = right.getFirst().length;
    if (least == 0 || least == 1) {
      return Estimate.share(least == 0 ? 0 : images, images);
    }
    var interval = BOOTSTRAP.of(new LeastShare(right));
    return new Estimate(least, Math.min(least, interval.low()), Math.max(least, interval.high()));
  }
}
