package dev.fovea.web.releases;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Curve.Point;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.web.Figures;
import dev.fovea.web.Plot;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How a measure follows the strength of a fault: the measure, its interval and the limit, drawn.
 */
final class StrengthPlot {
  private static final int HEIGHT = 180;
  private static final double STEP = 0.1;
  private static final double FINE_STEP = 0.02;
  private static final double FINE_RANGE = 0.12;

  /** As many words as a phone has room for. */
  private static final int MOST_WORDS = 5;

  private StrengthPlot() {}

  /** Absent where the measure is of images as they are, or of one strength alone. */
  static Optional<Plot> of(Ruling ruling) {
    return ruling
        .curve()
        .filter(curve -> curve.points().size() > 1)
        .map(curve -> of(ruling, curve));
  }

  private static Plot of(Ruling ruling, Curve curve) {
    var figures = new Figures();
    var points = curve.points();
    double least =
        Stream.concat(points.stream().map(Point::low), Stream.of(ruling.limit()))
            .min(Double::compare)
            .orElseThrow();
    double step = 1 - least < FINE_RANGE ? FINE_STEP : STEP;
    double low = Math.clamp(step * Math.floor(least / step + 1e-9), 0, 1 - step);
    var pen = Plot.pen(HEIGHT, new Plot.Scale.Linear(low, 1));
    long rows = Math.round((1 - low) / step);
    for (long row = 0; row <= rows; row++) {
      double at = low + row * step;
      pen.row(at, "%d %%".formatted(Math.round(100 * at)));
    }
    double from = points.getFirst().strength();
    double to = points.getLast().strength();
    var places = points.stream().map(point -> (point.strength() - from) / (to - from)).toList();
    int stride = Math.ceilDiv(points.size() - 1, MOST_WORDS - 1);
    for (int i = 0; i < points.size(); i += stride) {
      pen.column(places.get(i), AtStrength.strength(curve, points.get(i)));
    }
    return pen.line("", "c-ghost", places, values(points, Point::low))
        .line("", "c-ghost", places, values(points, Point::high))
        .line("", "c-ink", places, values(points, Point::measured))
        .limit(ruling.limit(), "limit " + figures.measured(ruling.limit(), ruling.unit(), false))
        .says(ruling.explanation());
  }

  private static List<Double> values(List<Point> points, ToDoubleFunction<Point> value) {
    return points.stream().map(value::applyAsDouble).toList();
  }
}
