package dev.fovea.web.runs;

import dev.fovea.registry.Curve;
import dev.fovea.registry.Run.MetricPoint;
import dev.fovea.web.Figures;
import dev.fovea.web.Plot;
import dev.fovea.web.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One metric of one or several runs, drawn: the raw line, faint where a smoothed one lies over it,
 * and a mark for each point that is no number.
 *
 * @param plot the axes and lines
 * @param marks points that have no height
 * @param notes what the picture leaves out, in words
 * @param data the points as JSON, for reading them with a pointer
 * @param rows the points as a table
 */
record CurveChart(
    String key, Plot plot, List<Mark> marks, List<String> notes, String data, List<Row> rows) {
  private static final int HEIGHT = 170;
  private static final Figures FIGURES = new Figures();

  /**
   * A point without a height.
   *
   * @param at in percent of the width
   * @param y in px from the top
   */
  record Mark(double at, double y, String sign, String words) {}

  /**
   * A point as text.
   *
   * @param smoothed absent where nothing is smoothed
   */
  record Row(RunLook look, long step, String time, String value, Optional<String> smoothed) {}

  /** A run's part of a chart. */
  record Series(RunLook look, Curve curve) {
    List<MetricPoint> points() {
      return curve.drawn();
    }

    boolean isSmoothed() {
      return curve.smoothed().size() == points().size() && !points().isEmpty();
    }

    double x(int i, boolean byTime) {
      var point = points().get(i);
      return byTime
          ? Duration.between(look.run().started(), point.at()).toMillis() / 1000.0
          : point.step();
    }
  }

  /** Draws it; absent where there is no line to draw, since no run has two points. */
  static Optional<CurveChart> of(String key, List<Series> all, ChartView view) {
    var series = all.stream().filter(one -> !one.points().isEmpty()).toList();
    if (series.stream().noneMatch(one -> one.points().size() > 1)) {
      return Optional.empty();
    }
    var places = places(series, view.byTime());
    double from = places.stream().flatMap(List::stream).min(Double::compare).orElseThrow();
    double to = places.stream().flatMap(List::stream).max(Double::compare).orElseThrow();
    var axis = axis(series, view.log());
    var pen = Plot.pen(HEIGHT, axis.scale());
    for (int i = 0; i < axis.at().size(); i++) {
      pen.row(axis.at().get(i), axis.texts().get(i));
    }
    columns(pen, from, to, view.byTime());
    var marks = new ArrayList<Mark>();
    for (int i = 0; i < series.size(); i++) {
      var one = series.get(i);
      var shares = places.get(i).stream().map(x -> share(x, from, to)).toList();
      lines(pen, one, shares, view.log());
      marks(marks, one, shares);
    }
    return Optional.of(
        new CurveChart(
            key,
            pen.says(sentence(key, series, view)),
            marks,
            notes(series, view),
            data(series, view.byTime(), from, to),
            rows(series)));
  }

  private static List<List<Double>> places(List<Series> series, boolean byTime) {
    return series.stream()
        .map(
            one -> IntStream.range(0, one.points().size()).mapToObj(i -> one.x(i, byTime)).toList())
        .toList();
  }

  private static double share(double x, double from, double to) {
    return to > from ? (x - from) / (to - from) : 0.5;
  }

  private static Ticks axis(List<Series> series, boolean log) {
    var values =
        series.stream()
            .flatMap(one -> one.points().stream())
            .map(MetricPoint::value)
            .filter(value -> Double.isFinite(value) && (!log || value > 0))
            .toList();
    double low = values.stream().min(Double::compare).orElse(log ? 0.1 : 0.0);
    double high = values.stream().max(Double::compare).orElse(1.0);
    return log ? Ticks.log(low, high) : Ticks.linear(low, high);
  }

  private static void columns(Plot.Pen pen, double from, double to, boolean byTime) {
    if (to <= from) {
      pen.column(0.5, byTime ? time(from) : FIGURES.count((long) from));
      return;
    }
    for (double share : new double[] {0, 0.5, 1}) {
      double at = from + share * (to - from);
      pen.column(share, byTime ? time(at) : FIGURES.count(Math.round(at)));
    }
  }

  private static void lines(Plot.Pen pen, Series one, List<Double> shares, boolean log) {
    var raw = one.points().stream().map(point -> height(point.value(), log)).toList();
    if (one.isSmoothed()) {
      pen.line("", one.look().style() + " faint", shares, raw);
      var smooth = one.curve().smoothed().stream().map(value -> height(value, log)).toList();
      pen.line(end(smooth), one.look().style(), shares, smooth);
    } else {
      pen.line(end(raw), one.look().style(), shares, raw);
    }
  }

  /** What stands at the end of a line; nothing where the line has no end. */
  private static String end(List<Double> heights) {
    return Double.isNaN(heights.getLast()) ? "" : FIGURES.number(heights.getLast());
  }

  /** NaN leaves a gap. */
  private static double height(double value, boolean log) {
    return Double.isFinite(value) && (!log || value > 0) ? value : Double.NaN;
  }

  private static void marks(List<Mark> marks, Series one, List<Double> shares) {
    for (int i = 0; i < one.points().size(); i++) {
      var point = one.points().get(i);
      if (!Double.isFinite(point.value())) {
        var word = Double.isNaN(point.value()) ? "NaN" : point.value() > 0 ? "∞" : "−∞";
        marks.add(
            new Mark(
                Math.round(1000 * shares.get(i)) / 10.0,
                point.value() > 0 ? 0 : HEIGHT,
                Double.isNaN(point.value()) ? "×" : point.value() > 0 ? "▲" : "▼",
                "%s at step %d of %s".formatted(word, point.step(), one.look().name())));
      }
    }
  }

  private static String sentence(String key, List<Series> series, ChartView view) {
    return series.stream()
        .map(one ->
            "%s: from %s to %s"
                .formatted(
                    one.look().name(),
                    word(one.points().getFirst().value()),
                    word(one.points().getLast().value())))
        .collect(
            Collectors.joining(
                "; ",
                "%s by %s%s. "
                    .formatted(
                        key, view.byTime() ? "time" : "step", view.log() ? ", logarithmic" : ""),
                ""));
  }

  private static List<String> notes(List<Series> series, ChartView view) {
    var notes = new ArrayList<String>();
    long all = series.stream().mapToLong(one -> one.curve().points()).sum();
    long drawn = series.stream().mapToLong(one -> one.points().size()).sum();
    if (drawn < all) {
      notes.add(
          "%s of %s points, with every spike".formatted(FIGURES.count(drawn), FIGURES.count(all)));
    }
    count(notes, series, Double::isNaN, "NaN: ×");
    count(notes, series, value -> value == Double.POSITIVE_INFINITY, "∞: ▲");
    count(notes, series, value -> value == Double.NEGATIVE_INFINITY, "−∞: ▼");
    if (view.log()) {
      count(
          notes,
          series,
          value -> Double.isFinite(value) && value <= 0,
          "0 or less, which has no logarithm: left out");
    }
    if (view.smoothing() > 0 && series.stream().anyMatch(one -> !one.isSmoothed())) {
      notes.add("not smoothed: more than 1,000,000 points");
    }
    return notes;
  }

  private static void count(
      List<String> notes, List<Series> series, DoublePredicate test, String words) {
    long found =
        series.stream()
            .flatMap(one -> one.points().stream())
            .filter(point -> test.test(point.value()))
            .count();
    if (found > 0) {
      notes.add("%s %s %s".formatted(found, found == 1 ? "point is" : "points are", words));
    }
  }

  private static String data(List<Series> series, boolean byTime, double from, double to) {
    return series.stream()
        .map(one ->
            "{\"name\":%s,\"x\":%s,\"step\":%s,\"y\":%s,\"s\":%s}"
                .formatted(
                    quoted(one.look().name()),
                    byTime
                        ? IntStream.range(0, one.points().size())
                            .mapToObj(i -> String.valueOf(one.x(i, true)))
                            .collect(Collectors.joining(",", "[", "]"))
                        : "null",
                    one.points().stream()
                        .map(point -> String.valueOf(point.step()))
                        .collect(Collectors.joining(",", "[", "]")),
                    texts(one.points().stream().map(MetricPoint::value)),
                    one.isSmoothed() ? texts(one.curve().smoothed().stream()) : "null"))
        .collect(
            Collectors.joining(
                ",", "{\"from\":%s,\"to\":%s,\"series\":[".formatted(from, to), "]}"));
  }

  private static String texts(Stream<Double> values) {
    return values
        .map(value -> "\"" + word(value) + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** A JSON string that no reader can leave. */
  private static String quoted(String text) {
    return text.codePoints()
        .mapToObj(c ->
            c == '"' || c == '\\' || c < ' '
                ? String.format(Locale.ROOT, "\\u%04x", c)
                : Character.toString(c))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static List<Row> rows(List<Series> series) {
    return series.stream()
        .flatMap(one ->
            IntStream.range(0, one.points().size())
                .mapToObj(i ->
                    new Row(
                        one.look(),
                        one.points().get(i).step(),
                        time(one.x(i, true)),
                        word(one.points().get(i).value()),
                        one.isSmoothed()
                            ? Optional.of(word(one.curve().smoothed().get(i)))
                            : Optional.empty())))
        .toList();
  }

  private static String word(double value) {
    return Double.isNaN(value) ? "NaN" : FIGURES.number(value);
  }

  private static String time(double seconds) {
    return (seconds < 0 ? "−" : "")
        + FIGURES.took(Duration.ofMillis(Math.abs(Math.round(seconds * 1000))));
  }
}
