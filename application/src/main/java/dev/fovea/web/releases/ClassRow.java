package dev.fovea.web.releases;

import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Comparison.OfClass;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.web.Figures;
import java.util.List;
import java.util.Locale;

/**
 * A class in both variants.
 *
 * @param count how many images or objects of it there are
 * @param where in how many images its objects are, in words; empty where images are counted or it
 *     is not known
 * @param fp32Interval its 95 % interval; empty where there is none
 * @param spans both variants' values and intervals, to be drawn from 0 to 1, FP32 first
 * @param change INT8 less FP32, in percentage points
 * @param style {@code up} or {@code down} where the change is beyond its interval; empty where it
 *     is not, or there is none
 */
record ClassRow(
    String name,
    String count,
    String where,
    String fp32,
    String fp32Interval,
    String int8,
    String int8Interval,
    List<Span> spans,
    String change,
    String changeInterval,
    String style) {
  /**
   * A value with its interval, in percent of the width.
   *
   * @param style the class that colours it
   * @param y in pixels
   */
  record Span(String style, int y, String at, String low, String high) {
    private static Span of(String style, int y, Bounded share) {
      return new Span(style, y, place(share.value()), place(share.low()), place(share.high()));
    }

    private static String place(double share) {
      return String.format(Locale.ROOT, "%.2f%%", 100 * Math.clamp(share, 0, 1));
    }
  }

  static List<ClassRow> of(Comparison comparison) {
    return comparison.classes().stream().map(ClassRow::of).toList();
  }

  /** Whether one of its values has an interval. */
  boolean bounded() {
    return !fp32Interval.isEmpty() || !int8Interval.isEmpty() || !changeInterval.isEmpty();
  }

  private static ClassRow of(OfClass each) {
    var change = each.change();
    boolean exact = change.low() == change.high();
    return new ClassRow(
        Visible.text(each.name()),
        new Figures().count(each.count()),
        each.images().map(ClassRow::where).orElse(""),
        percent(each.fp32().value()),
        interval(each.fp32()),
        percent(each.int8().value()),
        interval(each.int8()),
        List.of(Span.of("c-ink", 4, each.fp32()), Span.of("c-s2", 11, each.int8())),
        points(change.value()),
        exact ? "" : "%s to %s".formatted(bare(change.low()), points(change.high())),
        exact ? "" : change.high() < 0 ? "down" : change.low() > 0 ? "up" : "");
  }

  private static String where(int images) {
    return images == 1 ? "in 1 image" : "in %s images".formatted(new Figures().count(images));
  }

  private static String interval(Bounded share) {
    return share.low() == share.high()
        ? ""
        : percent(share.low()).replace(" %", "") + "–" + percent(share.high());
  }

  private static String percent(double share) {
    return new Figures().measured(share, "", false);
  }

  private static String points(double share) {
    return bare(share) + " pp";
  }

  private static String bare(double share) {
    var text = String.format(Locale.ROOT, "%+.2f", 100 * share);
    return text.endsWith("0.00") ? "0.00" : text.replace('-', '−');
  }
}
