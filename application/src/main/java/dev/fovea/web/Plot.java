package dev.fovea.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A line plot as the server draws it: words and ticks at real size, only the lines stretch. Never
 * animated, readable without a script.
 *
 * @param height of the drawing area, in px
 * @param label the finding, in a sentence
 * @param rows ticks of the y axis, the first one on the base line; {@code at} in px from the top
 * @param columns ticks of the x axis; {@code at} in percent of the width
 * @param lines drawn in this order
 * @param limits horizontal lines with words
 */
public record Plot(
    int height,
    String label,
    List<Tick> rows,
    List<Tick> columns,
    List<Line> lines,
    List<Tick> limits) {
  /** A place on an axis and its word. */
  public record Tick(double at, String text) {}

  /**
   * One series.
   *
   * @param style the class that colours it
   * @param path its SVG path in a box 1000 wide and {@link Plot#height} high
   * @param end where its name stands, in px from the top
   */
  public record Line(String name, String style, String path, double end) {}

  /** How values become heights. */
  public sealed interface Scale {
    double share(double value);

    /** From low to high. */
    record Linear(double low, double high) implements Scale {
      @Override
      public double share(double value) {
        return (value - low) / (high - low);
      }
    }

    /** The same in logarithms; low above 0. */
    record Log(double low, double high) implements Scale {
      @Override
      public double share(double value) {
        return Math.log(Math.max(value, low) / low) / Math.log(high / low);
      }
    }
  }

  /** A pen with paper of this height. */
  public static Pen pen(int height, Scale scale) {
    return new Pen(height, scale);
  }

  /** Draws one plot. */
  public static final class Pen {
    private static final double WIDTH = 1000;

    /** Names of lines that end closer than this would lie on each other. */
    private static final double NAME_HEIGHT = 14;

    private final int height;
    private final Scale scale;
    private final List<Tick> rows = new ArrayList<>();
    private final List<Tick> columns = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Tick> limits = new ArrayList<>();

    private Pen(int height, Scale scale) {
      this.height = height;
      this.scale = scale;
    }

    /** A rule across the plot with its word at the left; the first is the base line. */
    public Pen row(double value, String text) {
      rows.add(new Tick(y(value), text));
      return this;
    }

    /** A word below the plot, at this share of the width. */
    public Pen column(double share, String text) {
      columns.add(new Tick(100 * share, text));
      return this;
    }

    /** A limit with its words. */
    public Pen limit(double value, String text) {
      limits.add(new Tick(y(value), text));
      return this;
    }

    /** A series, evenly spaced; what is no number leaves a gap. */
    public Pen line(String name, String style, List<Double> values) {
      return line(
          name,
          style,
          IntStream.range(0, values.size())
              .mapToObj(i -> values.size() == 1 ? 1.0 : i / (values.size() - 1.0))
              .toList(),
          values);
    }

    /**
     * A series of values at places of their own.
     *
     * @param places shares of the width, rising; as many as values
     */
    public Pen line(String name, String style, List<Double> places, List<Double> values) {
      if (values.isEmpty()) {
        return this;
      }
      var path = new StringBuilder();
      var open = false;
      for (int i = 0; i < values.size(); i++) {
        if (!Double.isFinite(values.get(i))) {
          open = false;
          continue;
        }
        double x = places.get(i) * WIDTH;
        path.append(
            String.format(Locale.ROOT, "%s%.1f %.1f", open ? "L" : "M", x, y(values.get(i))));
        open = true;
      }
      lines.add(new Line(name, style, path.toString(), y(values.getLast())));
      return this;
    }

    /** The plot. */
    public Plot says(String label) {
      return new Plot(
          height, label, List.copyOf(rows), List.copyOf(columns), apart(), List.copyOf(limits));
    }

    private List<Line> apart() {
      var order =
          IntStream.range(0, lines.size())
              .boxed()
              .sorted((a, b) -> Double.compare(lines.get(a).end(), lines.get(b).end()))
              .toList();
      var placed = new ArrayList<>(lines);
      double least = Double.NEGATIVE_INFINITY;
      double room = height - NAME_HEIGHT * (lines.size() - 1);
      for (int index : order) {
        var line = lines.get(index);
        double end = Math.max(Math.min(line.end(), room), least);
        placed.set(index, new Line(line.name(), line.style(), line.path(), end));
        least = end + NAME_HEIGHT;
        room += NAME_HEIGHT;
      }
      return List.copyOf(placed);
    }

    private double y(double value) {
      var share = Math.clamp(Double.isFinite(value) ? scale.share(value) : 1, 0, 1);
      return Math.round(10 * height * (1 - share)) / 10.0;
    }
  }
}
