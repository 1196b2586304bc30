package dev.fovea.web.runs;

import dev.fovea.registry.SweepReport;
import dev.fovea.registry.SweepTrial;
import dev.fovea.registry.SweepTrial.Reported;
import dev.fovea.registry.SweepTrial.State;
import dev.fovea.web.Figures;
import dev.fovea.web.Plot;
import dev.fovea.web.Ticks;
import dev.fovea.web.runs.Coordinates.Form;
import dev.fovea.web.runs.Coordinates.Item;
import dev.fovea.web.runs.Coordinates.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a sweep found, drawn. */
final class SweepPlots {
  private static final int HEIGHT = 170;
  private static final String VALUE = "value";
  private static final Figures FIGURES = new Figures();

  private SweepPlots() {}

  /**
   * A complete trial's value.
   *
   * @param at in percent of the width
   * @param y in px from the top
   */
  record Dot(double at, double y, String words) {}

  /** The values of the trials, and the best of them so far. */
  record BestSoFar(Plot plot, List<Dot> dots, int without) {}

  /** Draws values by trial; absent where no trial has a finite one. */
  static Optional<BestSoFar> bestSoFar(SweepReport report, boolean log) {
    var complete = report.sample().stream().filter(trial -> trial.value().isPresent()).toList();
    var drawn = complete.stream().filter(trial -> hasHeight(value(trial), log)).toList();
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    var axis = axis(drawn.stream().map(SweepPlots::value).toList(), log);
    int last = report.sample().getLast().number();
    var pen = pen(axis);
    pen.column(0, "trial 0").column(1, "trial " + FIGURES.count(last));
    var places = new ArrayList<Double>();
    var values = new ArrayList<Double>();
    for (var better : report.improvements()) {
      if (!values.isEmpty()) {
        places.add(place(better.number(), last));
        values.add(values.getLast());
      }
      places.add(place(better.number(), last));
      values.add(hasHeight(value(better), log) ? value(better) : Double.NaN);
    }
    places.add(1.0);
    values.add(values.getLast());
    var best = report.improvements().getLast();
    pen.line(FIGURES.number(value(best)), "c-ink", places, values);
    var dots =
        drawn.stream()
            .map(trial ->
                new Dot(
                    100 * place(trial.number(), last),
                    Math.round(10 * HEIGHT * (1 - axis.share(value(trial)))) / 10.0,
                    "trial %d: %s".formatted(trial.number(), FIGURES.number(value(trial)))))
            .toList();
    return Optional.of(
        new BestSoFar(
            pen.says(
                "Best value so far by trial: %s, found by trial %d after %d improvements"
                    .formatted(
                        FIGURES.number(value(best)),
                        best.number(),
                        report.improvements().size() - 1)),
            dots,
            complete.size() - drawn.size()));
  }

  /** The trials by latency and value, and the front as a line of steps. */
  record Tradeoff(Plot plot, List<Dot> dots, List<Dot> best, int without) {}

  /**
   * Draws values by latency; absent where latency is no objective, or no trial has a finite value.
   */
  static Optional<Tradeoff> tradeoff(SweepReport report, boolean log) {
    var complete = report.sample().stream().filter(trial -> trial.latency().isPresent()).toList();
    var drawn = complete.stream().filter(trial -> hasHeight(value(trial), log)).toList();
    var front =
        report.front().stream()
            .filter(trial -> hasHeight(value(trial), log))
            .sorted(Comparator.comparingDouble(SweepPlots::latency))
            .toList();
    if (drawn.isEmpty() || front.isEmpty()) {
      return Optional.empty();
    }
    var all = Stream.concat(drawn.stream(), front.stream()).toList();
    var values = axis(all.stream().map(SweepPlots::value).toList(), log);
    var millis = axis(all.stream().map(SweepPlots::latency).toList(), false);
    var pen = pen(values);
    for (int i = 0; i < millis.at().size(); i++) {
      pen.column(
          millis.share(millis.at().get(i)),
          millis.texts().get(i) + (i == millis.at().size() - 1 ? " ms" : ""));
    }
    var places = new ArrayList<Double>();
    var heights = new ArrayList<Double>();
    for (var trial : front) {
      if (!heights.isEmpty()) {
        places.add(millis.share(latency(trial)));
        heights.add(heights.getLast());
      }
      places.add(millis.share(latency(trial)));
      heights.add(value(trial));
    }
    pen.line("", "c-ink", places, heights);
    var onFront = front.stream().map(SweepTrial::number).collect(Collectors.toSet());
    return Optional.of(
        new Tradeoff(
            pen.says(
                "Value by latency: %s of %s complete trials are beaten by no other in both, from %s ms to %s ms"
                    .formatted(
                        FIGURES.count(report.front().size()),
                        FIGURES.count(report.sweep().in(State.COMPLETE)),
                        FIGURES.number(latency(front.getFirst())),
                        FIGURES.number(latency(front.getLast())))),
            drawn.stream()
                .filter(trial -> !onFront.contains(trial.number()))
                .map(trial -> dot(trial, millis, values))
                .toList(),
            front.stream().map(trial -> dot(trial, millis, values)).toList(),
            complete.size() - drawn.size()));
  }

  private static Dot dot(SweepTrial trial, Ticks millis, Ticks values) {
    return new Dot(
        Math.round(1000 * millis.share(latency(trial))) / 10.0,
        Math.round(10 * HEIGHT * (1 - values.share(value(trial)))) / 10.0,
        "trial %d: %s at %s ms"
            .formatted(
                trial.number(), FIGURES.number(value(trial)), FIGURES.number(latency(trial))));
  }

  private static double latency(SweepTrial trial) {
    return trial.latency().orElse(Double.NaN);
  }

  /** What pruned trials reported, with the best trial's course; absent where there is no line. */
  static Optional<Plot> courses(SweepReport report, boolean log) {
    var reports = report.courses().stream().flatMap(course -> course.reports().stream()).toList();
    var values =
        reports.stream().map(Reported::value).filter(value -> hasHeight(value, log)).toList();
    if (values.isEmpty()) {
      return Optional.empty();
    }
    long first = reports.stream().mapToLong(Reported::step).min().orElseThrow();
    long last = reports.stream().mapToLong(Reported::step).max().orElseThrow();
    var pen = pen(axis(values, log));
    pen.column(0, "step " + FIGURES.count(first)).column(1, "step " + FIGURES.count(last));
    report
        .courses()
        .reversed()
        .forEach(course -> {
          boolean isPruned = course.state() == State.PRUNED;
          pen.line(
              "",
              isPruned ? "c-ghost pruned" : "c-ink best",
              course.reports().stream()
                  .map(one -> last > first ? (double) (one.step() - first) / (last - first) : 0.5)
                  .toList(),
              course.reports().stream()
                  .map(one -> hasHeight(one.value(), log) ? one.value() : Double.NaN)
                  .toList());
        });
    long pruned =
        report.courses().stream().filter(course -> course.state() == State.PRUNED).count();
    return Optional.of(
        pen.says(
            "What %d pruned trials reported until they were stopped, and the best trial"
                .formatted(pruned)));
  }

  /** The trials across parameters and value. */
  static Optional<Coordinates> coordinates(SweepReport report) {
    var axes =
        Stream.concat(
                report.axes().stream()
                    .map(axis ->
                        new Wanted(
                            axis.name(),
                            axis.name(),
                            Optional.of(
                                axis.log()
                                    ? Form.LOG
                                    : axis.number() ? Form.LINEAR : Form.CHOICE))),
                Stream.of(new Wanted(VALUE + "\0", VALUE, Optional.empty())))
            .toList();
    var best =
        report.improvements().isEmpty()
            ? Optional.<SweepTrial>empty()
            : Optional.of(report.improvements().getLast());
    // The best one last, so that it lies on the others.
    var trials =
        Stream.concat(
                report.sample().stream().filter(trial -> !best.equals(Optional.of(trial))),
                best.stream())
            .toList();
    return Coordinates.of(axes, trials.stream().map(trial -> item(trial, best)).toList());
  }

  private static Item item(SweepTrial trial, Optional<SweepTrial> best) {
    var values = new LinkedHashMap<>(trial.params());
    trial.value().ifPresent(value -> values.put(VALUE + "\0", String.valueOf(value)));
    var style =
        best.equals(Optional.of(trial))
            ? "c-ink best"
            : switch (trial.state()) {
              case COMPLETE -> "c-s2";
              case RUNNING -> "c-s3";
              case PRUNED -> "c-ghost dash";
              case FAILED -> "c-s4 dash";
            };
    return new Item(
        "trial %d, %s%s"
            .formatted(
                trial.number(),
                trial.state().name().toLowerCase(Locale.ROOT),
                trial.value().map(value -> ": " + FIGURES.number(value)).orElse("")),
        style,
        values);
  }

  private static Plot.Pen pen(Ticks axis) {
    var pen = Plot.pen(HEIGHT, axis.scale());
    for (int i = 0; i < axis.at().size(); i++) {
      pen.row(axis.at().get(i), axis.texts().get(i));
    }
    return pen;
  }

  private static Ticks axis(List<Double> values, boolean log) {
    double low = values.stream().min(Double::compare).orElseThrow();
    double high = values.stream().max(Double::compare).orElseThrow();
    return log ? Ticks.log(low, high) : Ticks.linear(low, high);
  }

  private static boolean hasHeight(double value, boolean log) {
    return Double.isFinite(value) && (!log || value > 0);
  }

  private static double value(SweepTrial trial) {
    return trial.value().orElse(Double.NaN);
  }

  private static double place(int number, int last) {
    return last == 0 ? 0 : (double) number / last;
  }
}
