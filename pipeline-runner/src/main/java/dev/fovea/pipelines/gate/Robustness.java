package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.SweepEvaluation.At;
import dev.fovea.teamfile.Gate;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
    int worst = worst(curve.points());
    var estimate = estimate(right, curve.points().get(worst).measured());
    var note = note(curve, worst);
    var frames = Shares.mistakes(evaluation.at().get(worst).answers());
    return images < Shares.LEAST_IMAGES
        ? new Finding.TooFew(estimate, on, Shares.tooFewImages(images), frames, Optional.of(curve))
        : new Finding.Measured(estimate, on, note, frames, Optional.of(curve));
  }

  /**
   * Where a classifier is right least often.
   *
   * @param estimate how often, with an interval that knows of the choice
   */
  record Worst(double strength, Estimate estimate) {}

  /** Of strengths with the same accuracy the one nearest to 0. */
  static Worst worst(SweepEvaluation evaluation) {
    var right = evaluation.at().stream().map(Robustness::right).toList();
    var points =
        IntStream.range(0, right.size())
            .mapToObj(i -> {
              double accuracy = share(right.get(i));
              return new Curve.Point(
                  evaluation.at().get(i).strength(), accuracy, accuracy, accuracy);
            })
            .toList();
    var worst = points.get(worst(points));
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
    int nearest =
        IntStream.range(0, points.size())
            .boxed()
            .min(Comparator.comparing(i -> Math.abs(points.get(i).strength())))
            .orElseThrow();
    return new Curve(
        kind.written(),
        kind.unit(),
        points,
        fails(points, nearest, -1, gate.limit()),
        fails(points, nearest, 1, gate.limit()));
  }

  /** Of strengths with the same accuracy the one nearest to 0. */
  private static int worst(List<Curve.Point> points) {
    return IntStream.range(0, points.size())
        .boxed()
        .min(
            Comparator.comparing((Integer i) -> points.get(i).measured())
                .thenComparing(i -> Math.abs(points.get(i).strength())))
        .orElseThrow();
  }

  /**
   * Where the accuracy falls below the limit first, going from the strength nearest to 0 one way,
   * by a straight line between the strength that holds and the next one.
   */
  private static OptionalDouble fails(
      List<Curve.Point> points, int nearest, int way, double limit) {
    boolean hasSide = way > 0 ? nearest < points.size() - 1 : nearest > 0;
    if (!hasSide) {
      return OptionalDouble.empty();
    }
    if (points.get(nearest).measured() < limit) {
      return OptionalDouble.of(points.get(nearest).strength());
    }
    for (int i = nearest + way; i >= 0 && i < points.size(); i += way) {
      var holds = points.get(i - way);
      var falls = points.get(i);
      if (falls.measured() < limit) {
        double along = (holds.measured() - limit) / (holds.measured() - falls.measured());
        return OptionalDouble.of(holds.strength() + along * (falls.strength() - holds.strength()));
      }
    }
    return OptionalDouble.empty();
  }

  private static String note(Curve curve, int worst) {
    var where = "the least is at " + curve.shown(curve.points().get(worst).strength());
    var from =
        IntStream.of(-1, 1)
            .mapToObj(way -> way < 0 ? curve.failsBelow() : curve.failsAbove())
            .filter(OptionalDouble::isPresent)
            .map(fails -> curve.shown(fails.getAsDouble()))
            .distinct()
            .toList();
    return from.isEmpty()
        ? where
        : where + ", and it falls below the limit from " + String.join(" and from ", from);
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
