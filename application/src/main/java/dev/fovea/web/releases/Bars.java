package dev.fovea.web.releases;

import dev.fovea.lab.Profile;
import dev.fovea.lab.Profile.Interval;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Measures.Form;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.web.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a model takes, both variants beside each other, as bars that begin at 0.
 *
 * @param title the size, or the latency on a device
 * @param note the same compared in words; may be empty
 * @param bars those of one quantity are neighbours, FP32 first
 */
record Bars(String title, String note, List<Bar> bars) {
  /**
   * A bar.
   *
   * @param name the quantity and the variant
   * @param style the class that colours it
   * @param width in percent of the longest
   * @param left where its interval begins, in percent, and {@code right} where it ends
   * @param value with its unit
   * @param interval with its unit; empty where the value is exact
   */
  record Bar(
      String name,
      String style,
      String width,
      String left,
      String right,
      String value,
      String interval) {}

  private record Quantile(String name, Function<Profile, Interval> of) {}

  private static final List<Quantile> QUANTILES =
      List.of(
          new Quantile("p50", profile -> profile.latencies().p50()),
          new Quantile("p90", profile -> profile.latencies().p90()),
          new Quantile("p99", profile -> profile.latencies().p99()));

  /** The size, then the latencies of each device by its name; none of what was not measured. */
  static List<Bars> of(Measures measures) {
    var forms = measures.forms().stream().sorted(Comparator.comparing(Form::variant)).toList();
    if (forms.isEmpty()) {
      return List.of();
    }
    var groups = new ArrayList<Bars>();
    groups.add(size(forms));
    forms.stream()
        .flatMap(form -> form.profiles().stream())
        .map(profile -> profile.device().text())
        .distinct()
        .sorted()
        .forEach(device -> groups.add(latency(device, forms)));
    return List.copyOf(groups);
  }

  private static Bars size(List<Form> forms) {
    double most = forms.stream().mapToDouble(form -> form.size().bytes()).max().orElse(1);
    var bars =
        forms.stream()
            .map(form -> {
              double bytes = form.size().bytes();
              return new Bar(
                  name(form.variant()),
                  style(form.variant()),
                  percent(bytes, most),
                  percent(bytes, most),
                  percent(bytes, most),
                  form.size().toString(),
                  "");
            })
            .toList();
    var sizes = forms.stream().map(form -> (double) form.size().bytes()).toList();
    return new Bars("Size of the model file", compared(sizes, "smaller", "larger"), bars);
  }

  private record Measured(Variant variant, Profile profile) {}

  private static Bars latency(String device, List<Form> forms) {
    var measured =
        forms.stream()
            .flatMap(form ->
                form.profiles().stream()
                    .filter(profile -> profile.device().text().equals(device))
                    .limit(1)
                    .map(profile -> new Measured(form.variant(), profile)))
            .toList();
    double most =
        measured.stream()
            .flatMap(each ->
                QUANTILES.stream()
                    .map(quantile -> quantile.of().apply(each.profile()))
                    .flatMap(interval -> Stream.of(interval.value(), interval.high())))
            .filter(Double::isFinite)
            .max(Double::compare)
            .orElse(1.0);
    var bars = new ArrayList<Bar>();
    for (var quantile : QUANTILES) {
      for (var each : measured) {
        bars.add(bar(quantile, each, most));
      }
    }
    var medians = measured.stream().map(each -> each.profile().latencies().p50().value()).toList();
    return new Bars(
        "Latency on " + device, compared(medians, "faster at p50", "slower at p50"), bars);
  }

  private static Bar bar(Quantile quantile, Measured each, double most) {
    var figures = new Figures();
    var latency = quantile.of().apply(each.profile());
    return new Bar(
        quantile.name() + " " + name(each.variant()),
        style(each.variant()),
        percent(latency.value(), most),
        percent(latency.low(), most),
        percent(latency.high(), most),
        figures.millis(latency.value()),
        latency.low() == latency.high()
            ? ""
            : figures.number(latency.low())
                + (Double.isInfinite(latency.high())
                    ? " to no end"
                    : "–" + figures.millis(latency.high())));
  }

  private static String compared(List<Double> values, String less, String more) {
    if (values.size() != 2 || values.getFirst() <= 0 || values.getLast() <= 0) {
      return "";
    }
    double ratio = values.getFirst() / values.getLast();
    return String.format(
        Locale.ROOT,
        "int8 is %.2f times %s",
        ratio >= 1 ? ratio : 1 / ratio,
        ratio >= 1 ? less : more);
  }

  private static String name(Variant variant) {
    return variant.name().toLowerCase(Locale.ROOT);
  }

  private static String style(Variant variant) {
    return variant == Variant.INT8 ? "c-s2" : "c-ink";
  }

  private static String percent(double value, double most) {
    double share = Double.isFinite(value) ? value / most : 1;
    return String.format(Locale.ROOT, "%.2f%%", 100 * Math.clamp(share, 0, 1));
  }
}
