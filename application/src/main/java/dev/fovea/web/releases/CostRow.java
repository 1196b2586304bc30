package dev.fovea.web.releases;

import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.CostReading.Line;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.web.Figures;
import java.util.List;
import java.util.Locale;

/**
 * What wrong answers come to in one condition.
 *
 * @param title the variant and the condition
 * @param on what it was measured on
 * @param failing how many units fail, in words
 * @param failingInterval the same as a share, with its 95 % interval
 * @param wrong the share of wrong answers
 * @param wrongInterval its 95 % interval
 * @param cost of the wrong answers in one unit; empty without prices
 * @param costInterval its 95 % interval
 */
record CostRow(
    String title,
    String on,
    String failing,
    String failingInterval,
    String wrong,
    String wrongInterval,
    String cost,
    String costInterval) {
  static List<CostRow> of(CostReading costs) {
    return costs.lines().stream().map(line -> of(line, costs.currency().orElse(""))).toList();
  }

  private static CostRow of(Line line, String currency) {
    var variant = line.of().name().toLowerCase(Locale.ROOT);
    return new CostRow(
        line.where().isEmpty() ? variant : Gate.typeset(variant + " " + line.where()),
        line.on(),
        line.ratio(),
        "%s (%s)".formatted(percent(line.failing().value()), percents(line.failing())),
        percent(line.wrong().value()),
        percents(line.wrong()),
        line.cost().map(cost -> amount(cost.value()) + " " + currency).orElse(""),
        line.cost().map(cost -> amount(cost.low()) + "–" + amount(cost.high())).orElse(""));
  }

  private static String percents(Bounded share) {
    return percent(share.low()).replace(" %", "") + "–" + percent(share.high());
  }

  private static String percent(double share) {
    return new Figures().measured(share, "", false);
  }

  private static String amount(double value) {
    return String.format(Locale.ROOT, value == 0 || value >= 0.01 ? "%,.2f" : "%.2g", value);
  }
}
