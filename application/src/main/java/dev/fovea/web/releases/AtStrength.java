package dev.fovea.web.releases;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.web.Figures;
import java.util.List;

/**
 * What a measure is at one strength of a fault.
 *
 * @param strength with its unit
 * @param measured the value with its unit
 * @param interval its 95 % interval
 * @param holds whether it is within the limit
 */
record AtStrength(String strength, String measured, String interval, boolean holds) {
  /** By rising strength; none where the measure is of images as they are. */
  static List<AtStrength> of(Ruling ruling) {
    return ruling.curve().stream()
        .flatMap(curve -> curve.points().stream().map(point -> of(ruling, curve, point)))
        .toList();
  }

  private static AtStrength of(Ruling ruling, Curve curve, Curve.Point point) {
    var figures = new Figures();
    var low = figures.measured(point.low(), ruling.unit(), false).replaceAll(" .*", "");
    return new AtStrength(
        strength(curve, point),
        figures.measured(point.measured(), ruling.unit(), false),
        "%s–%s".formatted(low, figures.measured(point.high(), ruling.unit(), false)),
        point.measured() >= ruling.limit());
  }

  /** Where a point is, as a page writes it. */
  static String strength(Curve curve, Curve.Point point) {
    return curve.shown(point.strength()).replace('-', '−');
  }
}
