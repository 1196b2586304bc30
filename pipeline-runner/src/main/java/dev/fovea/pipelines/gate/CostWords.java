package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.teamfile.CostSpec;
import dev.fovea.teamfile.CostSpec.Operating;
import dev.fovea.teamfile.Gate.Variant;
import java.util.Locale;
import java.util.Optional;

/** A reading in sentences: {@code int8: 1 in 7 checkouts fails at night}. */
final class CostWords {
  /** From here on a tenth is nearer than one in a few. */
  private static final double TENTHS_FROM = 0.3;

  private static final double NEARLY_ALL = 0.95;
  private static final long TWO_DIGITS_FROM = 100;
  private static final double LEAST = 1e-9;

  private CostWords() {}

  static String sentence(
      CostSpec spec, Variant of, String where, Bounded failing, Optional<Bounded> cost) {
    return "%s: %s%s%s%s"
        .formatted(
            of.name().toLowerCase(Locale.ROOT),
            fail(spec, failing.value()),
            where.isEmpty() ? "" : " " + where,
            interval(failing),
            cost.map(each -> cost(spec, each)).orElse(""));
  }

  /** {@code 1 in 7 checkouts fails}, {@code 3 in 10 checkouts fail}, {@code no checkout fails}. */
  static String fail(CostSpec spec, double share) {
    if (share == 0) {
      return "no %s fails".formatted(spec.unit());
    }
    if (share == 1) {
      return "every %s fails".formatted(spec.unit());
    }
    return "%s %s %s".formatted(ratio(share), spec.units(), share < TENTHS_FROM ? "fails" : "fail");
  }

  /** {@code 1 in 7}, {@code 3 in 10}, {@code none}, {@code all}. */
  static String ratio(double share) {
    if (share == 0 || share == 1) {
      return share == 0 ? "none" : "all";
    }
    if (share >= NEARLY_ALL) {
      return "more than 9 in 10";
    }
    if (share < LEAST) {
      return "fewer than 1 in 1,000,000,000";
    }
    return share < TENTHS_FROM
        ? String.format(Locale.ROOT, "1 in %,d", rounded(1 / share))
        : "%d in 10".formatted(Math.round(10 * share));
  }

  /** Of large numbers two digits, since no test split knows more. */
  private static long rounded(double number) {
    long whole = Math.round(number);
    long step = 1;
    while (whole / step >= TWO_DIGITS_FROM) {
      step *= 10;
    }
    return Math.round(number / step) * step;
  }

  private static String interval(Bounded failing) {
    return failing.low() == failing.high()
        ? ""
        : " (95 % interval " + ratio(failing.low()) + " to " + ratio(failing.high()) + ")";
  }

  private static String cost(CostSpec spec, Bounded cost) {
    return "; wrong answers cost %s per %s (%s to %s)"
        .formatted(
            amount(cost.value()) + " " + spec.price().orElseThrow().currency(),
            spec.unit(),
            amount(cost.low()),
            amount(cost.high()));
  }

  /** Two decimals, or two digits of what is smaller than those show. */
  static String amount(double value) {
    return value == 0 || value >= 0.01
        ? String.format(Locale.ROOT, "%,.2f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  /** What of a detector's answer counts. */
  static String operating(Operating at) {
    return String.format(
        Locale.ROOT,
        "the answer to an image is wrong where an object is missed or something is found that is"
            + " not there, by detections of a score of %s and an overlap of %s or more",
        at.score(),
        at.iou());
  }

  /** What is assumed; empty where nothing is. */
  static String assumption(CostSpec spec) {
    var fails =
        spec.bears() == 0
            ? "one wrong answer or more"
            : "more than %d wrong answers".formatted(spec.bears());
    return spec.items() == 1
        ? ""
        : String.format(
            Locale.ROOT,
            "one %s is %,d images like those measured, whose errors are independent of each other;"
                + " it fails by %s",
            spec.unit(),
            spec.items(),
            fails);
  }
}
