package dev.fovea.cli.terminal;

import dev.fovea.kernel.ByteSize;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Ruling;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A verdict and what led to it, as a person reads it. */
public final class VerdictText {
  private VerdictText() {}

  /** Every rule, what decided first. */
  public static Table rules(Verdict verdict) {
    var table = new Table("", "RULE", "WANTED", "MEASURED", "ON", "LINE");
    verdict.rulings().stream()
        .sorted((a, b) -> b.outcome().compareTo(a.outcome()))
        .forEach(r ->
            table.row(
                r.outcome(), r.rule(), r.wanted(), measured(r), r.on(), "fovea.yaml:" + r.line()));
    return table;
  }

  /** What is measured at each strength of a fault; empty where no rule is about one. */
  public static String strengths(Verdict verdict) {
    return verdict.rulings().stream()
        .map(VerdictText::strengths)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining());
  }

  private static String strengths(Ruling ruling) {
    return ruling
        .curve()
        .map(curve -> {
          var table = new Table(curve.fault().toUpperCase(Locale.ROOT), "MEASURED", "");
          curve
              .points()
              .forEach(point ->
                  table.row(
                      curve.shown(point.strength()),
                      "%.4g (%.4g to %.4g)".formatted(point.measured(), point.low(), point.high()),
                      point.measured() < ruling.limit() ? "below the limit" : ""));
          return ruling.explanation() + "\n" + table;
        })
        .orElse("");
  }

  /** What wrong answers come to, in sentences; empty where the policy does not ask. */
  public static String costs(Verdict verdict) {
    return verdict
        .costs()
        .map(costs ->
            Stream.concat(
                    Stream.of("in %s:".formatted(costs.units())),
                    Stream.concat(
                        costs.lines().stream().map(line -> "  " + line.sentence()),
                        costs.notes().stream().map(note -> "  (" + note + ")")))
                .collect(Collectors.joining("\n", "", "\n")))
        .orElse("");
  }

  /** What a search chose from, the chosen one marked; empty where nothing was searched. */
  public static String front(Verdict verdict) {
    return verdict.front().map(VerdictText::front).orElse("");
  }

  private static String front(PrecisionFront front) {
    var table =
        new Table(
            "",
            "FRONT",
            "DROP OF " + front.measure().toUpperCase(Locale.ROOT),
            "P50",
            "SIZE",
            "WHAT");
    front
        .points()
        .forEach(point ->
            table.row(
                mark(front, point),
                point.name(),
                drop(point.drop()) + (point.sure() ? "" : ", not sure"),
                millis(point.p50()),
                size(point),
                point.how()));
    var others = new Table("LEFT", "IMAGES", "WHY");
    front.left().forEach(each -> others.row(each.name(), each.images(), each.why()));
    return String.format(
        Locale.ROOT,
        "search over %s, budget %.2f pp: %s%n%s%s",
        front.where(),
        100 * front.budget(),
        front.cost(),
        table,
        front.left().isEmpty() ? "" : others);
  }

  private static String mark(PrecisionFront front, PrecisionFront.Point point) {
    return point.name().equals(front.chosen()) ? "chosen" : "";
  }

  private static String size(PrecisionFront.Point point) {
    return new ByteSize(point.bytes())
        + point.packed().map(each -> " (%s compressed)".formatted(new ByteSize(each))).orElse("");
  }

  private static String drop(Bounded drop) {
    return String.format(
        Locale.ROOT,
        "%.2f pp (%.2f to %.2f)",
        100 * drop.value(),
        100 * drop.low(),
        100 * drop.high());
  }

  private static String millis(Bounded p50) {
    return String.format(Locale.ROOT, "%.3f ms (%.3f to %.3f)", p50.value(), p50.low(), p50.high());
  }

  /** Every step, how long it took and what came out. */
  public static Table steps(List<Release.Step> steps) {
    var table = new Table("STEP", "STATE", "TOOK", "RESULT");
    steps.forEach(s ->
        table.row(
            s.name(),
            s.state(),
            String.format(Locale.ROOT, "%.1f s", s.took().toMillis() / 1000.0),
            s.summary()));
    return table;
  }

  /** A value with its unit and interval. */
  public static String measured(Ruling ruling) {
    return "%.4g %s (%.4g to %.4g)"
        .formatted(ruling.measured(), ruling.unit(), ruling.low(), ruling.high());
  }
}
