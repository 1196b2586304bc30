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
 * @param fp32Interval its 95 % interval; empty where there is none
 * @param change INT8 less FP32, in percentage points
 * @param style {@code up} or {@code down} where the change is beyond its interval; empty where it
 *     is not, or there is none
 */
record ClassRow(
    String name,
    String count,
    String fp32,
    String fp32Interval,
    String int8,
    String int8Interval,
    String change,
    String changeInterval,
    String style) {
  static List<ClassRow> of(Comparison comparison) {
    return comparison.classes().stream().map(ClassRow::of).toList();
  }

  private static ClassRow of(OfClass each) {
    var change = each.change();
    boolean exact = change.low() == change.high();
    return new ClassRow(
        Visible.text(each.name()),
        new Figures().count(each.count()),
        percent(each.fp32().value()),
        interval(each.fp32()),
        percent(each.int8().value()),
        interval(each.int8()),
        points(change.value()),
        exact ? "" : "%s to %s".formatted(bare(change.low()), points(change.high())),
        exact ? "" : change.high() < 0 ? "down" : change.low() > 0 ? "up" : "");
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
