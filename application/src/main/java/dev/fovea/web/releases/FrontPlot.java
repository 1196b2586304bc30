package dev.fovea.web.releases;

import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.web.Plot.Tick;
import dev.fovea.web.Ticks;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a search over precision chose from: by how much the measure falls against how long an input
 * takes, a dot for each model, so that lower left is better.
 *
 * @param height of the drawing area, in px
 * @param rows ticks of the fall in percentage points; {@code at} in px from the top
 * @param columns ticks of the time in milliseconds; {@code at} in percent of the width
 * @param budget how far the measure may fall; {@code at} in px from the top
 * @param dots in the order of the models
 */
record FrontPlot(int height, List<Tick> rows, List<Tick> columns, Tick budget, List<Dot> dots) {
  private static final int HEIGHT = 220;

  /** The radius of the largest file's dot in px; areas are in proportion to bytes. */
  private static final double LARGEST = 9;

  private static final double SMALLEST = 2.5;

  /** From here on, in percent of the width, a name stands before its dot. */
  private static final double LATE = 70;

  /**
   * A model.
   *
   * @param style the class that colours it
   * @param x in percent of the width, as {@code left} and {@code right}, the interval's ends
   * @param y in px from the top, as {@code top} and {@code bottom}
   * @param radius in px
   */
  record Dot(
      FrontModel model,
      String style,
      double x,
      double left,
      double right,
      double y,
      double top,
      double bottom,
      double radius) {
    /** Whether its name has more room before it than behind it. */
    public boolean isLate() {
      return x > LATE;
    }
  }

  /**
   * Draws them.
   *
   * @param models at least one
   * @param budget in percentage points
   */
  static FrontPlot of(List<FrontModel> models, double budget) {
    var times = axis(models, FrontModel::p50, 0);
    var falls = axis(models, FrontModel::fall, budget);
    long largest = models.stream().mapToLong(FrontModel::bytes).max().orElseThrow();
    return new FrontPlot(
        HEIGHT,
        ticks(falls, fall -> y(falls, fall)),
        ticks(times, time -> x(times, time)),
        new Tick(y(falls, budget), String.format(Locale.ROOT, "budget %.2f pp", budget)),
        models.stream().map(model -> dot(model, times, falls, largest)).toList());
  }

  private static Dot dot(FrontModel model, Ticks times, Ticks falls, long largest) {
    var time = model.p50();
    var fall = model.fall();
    double radius = LARGEST * Math.sqrt((double) model.bytes() / Math.max(1, largest));
    return new Dot(
        model,
        switch (model.place()) {
          case CHOSEN -> "c-s2";
          case FRONT -> "c-ink";
          case BASE -> "c-ghost";
        },
        x(times, time.value()),
        x(times, time.low()),
        x(times, time.high()),
        y(falls, fall.value()),
        y(falls, fall.high()),
        y(falls, fall.low()),
        Math.max(SMALLEST, radius));
  }

  /** Wide enough for 0, all intervals and one value more. */
  private static Ticks axis(
      List<FrontModel> models, Function<FrontModel, Bounded> of, double another) {
    var ends =
        Stream.concat(
                models.stream().map(of).flatMap(each -> Stream.of(each.low(), each.high())),
                Stream.of(0.0, another))
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    return Ticks.linear(ends.getMin(), ends.getMax());
  }

  private static List<Tick> ticks(Ticks axis, ToDoubleFunction<Double> place) {
    return IntStream.range(0, axis.at().size())
        .mapToObj(i -> new Tick(place.applyAsDouble(axis.at().get(i)), axis.texts().get(i)))
        .toList();
  }

  private static double x(Ticks axis, double value) {
    return Math.round(1000 * axis.share(value)) / 10.0;
  }

  private static double y(Ticks axis, double value) {
    return Math.round(10 * HEIGHT * (1 - axis.share(value))) / 10.0;
  }
}
