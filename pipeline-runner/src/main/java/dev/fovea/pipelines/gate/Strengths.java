package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.teamfile.Sweep;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What a measure at the strengths of a fault says: where it is least, and from where on it fails.
 */
final class Strengths {
  private Strengths() {}

  /**
   * The curve through these points.
   *
   * @param points by rising strength, at least one
   */
  static Curve curve(Sweep.Kind kind, List<Curve.Point> points, double limit) {
    int nearest =
        IntStream.range(0, points.size())
            .boxed()
            .min(Comparator.comparingDouble(i -> Math.abs(points.get(i).strength())))
            .orElseThrow();
    return new Curve(
        kind.written(),
        kind.unit(),
        points,
        fails(points, nearest, -1, limit),
        fails(points, nearest, 1, limit));
  }

  /** Of strengths with the same value the one nearest to 0. */
  static int worst(List<Curve.Point> points) {
    return IntStream.range(0, points.size())
        .boxed()
        .min(
            Comparator.comparingDouble((Integer i) -> points.get(i).measured())
                .thenComparingDouble(i -> Math.abs(points.get(i).strength())))
        .orElseThrow();
  }

  /**
   * Where the measure falls below the limit first, going from the strength nearest to 0 one way, by
   * a straight line between the strength that holds and the next one.
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

  /** Where it is least and from where on it fails, in words. */
  static String note(Curve curve, int worst) {
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
}
