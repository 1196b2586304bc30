package dev.fovea.web.runs;

import dev.fovea.web.Plot;
import dev.fovea.web.Ticks;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Parallel coordinates: an axis for each thing, a line for each run through its values. What has no
 * height on an axis has a lane of its own below it, so that no line hides that it lacks something.
 *
 * @param height of the drawing area, in px
 * @param axes from left to right
 * @param lanes those that some line uses
 * @param label what is drawn, in a sentence
 */
record Coordinates(int height, List<Axis> axes, List<Lane> lanes, List<Line> lines, String label) {
  private static final int HEIGHT = 240;
  private static final int LANE = 20;
  private static final int MOST_CHOICES = 12;

  /** Values at least so many times apart are drawn in logarithms unless somebody says otherwise. */
  private static final double FAR_APART = 100;

  /** More lines are drawn fainter. */
  private static final int FEW = 8;

  /** Why a value has no height. */
  enum Absence {
    NOT_POSITIVE("0 or less"),
    NOT_FINITE("NaN or ∞"),
    MISSING("none");

    private final String words;

    Absence(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /** Values from the lowest place to the highest. */
  enum Form {
    LINEAR,
    LOG,
    CHOICE
  }

  /**
   * What an axis is to show.
   *
   * @param id what the values are found by
   * @param form absent where the values decide
   */
  record Wanted(String id, String name, Optional<Form> form) {}

  /**
   * Something with values.
   *
   * @param style the class that colours it
   * @param values as text, by the axis's id; absent where it has none
   */
  record Item(String name, String style, Map<String, String> values) {}

  /**
   * An axis as drawn.
   *
   * @param at in percent of the width
   * @param ticks with their place in px from the top
   */
  record Axis(String id, String name, double at, Form form, List<Plot.Tick> ticks) {}

  /**
   * Where the values are that have no height.
   *
   * @param at in px from the top
   */
  record Lane(Absence absence, double at) {}

  /**
   * One item.
   *
   * @param path in a box 1000 wide and {@link Coordinates#height} high
   */
  record Line(String name, String style, String path) {}

  /** Draws them; nothing where there is no axis or no item. */
  static Optional<Coordinates> of(List<Wanted> wanted, List<Item> items) {
    if (wanted.isEmpty() || items.isEmpty()) {
      return Optional.empty();
    }
    var places = wanted.stream().map(axis -> Placing.of(axis, items)).toList();
    var used = EnumSet.noneOf(Absence.class);
    items.forEach(item -> places.forEach(axis -> axis.absence(item).ifPresent(used::add)));
    var lanes = lanes(used);
    int height = HEIGHT + LANE * lanes.size();
    var axes = new ArrayList<Axis>();
    for (int i = 0; i < places.size(); i++) {
      axes.add(places.get(i).axis(share(i, places.size())));
    }
    return Optional.of(
        new Coordinates(
            height,
            axes,
            List.copyOf(lanes.values()),
            items.stream().map(item -> line(item, items.size(), places, lanes)).toList(),
            "%d %s across %d axes: %s"
                .formatted(
                    items.size(),
                    items.size() == 1 ? "line" : "lines",
                    axes.size(),
                    String.join(", ", wanted.stream().map(Wanted::name).toList()))));
  }

  private static double share(int i, int axes) {
    return axes == 1 ? 0.5 : (double) i / (axes - 1);
  }

  private static Map<Absence, Lane> lanes(Set<Absence> used) {
    var lanes = new LinkedHashMap<Absence, Lane>();
    for (var absence : used) {
      lanes.put(absence, new Lane(absence, HEIGHT + LANE * (lanes.size() + 1)));
    }
    return lanes;
  }

  private static Line line(Item item, int items, List<Placing> places, Map<Absence, Lane> lanes) {
    var path = new StringBuilder();
    for (int i = 0; i < places.size(); i++) {
      var axis = places.get(i);
      double y =
          axis.absence(item)
              .flatMap(absence -> Optional.ofNullable(lanes.get(absence)))
              .map(Lane::at)
              .orElseGet(() -> axis.y(item));
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", 1000 * share(i, places.size()), y));
    }
    if (places.size() == 1) {
      path.append("h0.1");
    }
    return new Line(item.name(), item.style() + (items > FEW ? " many" : ""), path.toString());
  }

  /** How the values of one axis become heights. */
  private record Placing(Wanted wanted, Form form, Optional<Ticks> ticks, List<String> choices) {
    static Placing of(Wanted wanted, List<Item> items) {
      var texts =
          items.stream()
              .flatMap(item -> Stream.ofNullable(item.values().get(wanted.id())))
              .toList();
      var numbers = texts.stream().map(Placing::number).flatMap(Optional::stream).toList();
      boolean areNumbers = numbers.size() == texts.size();
      if (wanted.form().equals(Optional.of(Form.CHOICE)) || !areNumbers) {
        return new Placing(
            wanted, Form.CHOICE, Optional.empty(), List.copyOf(new TreeSet<>(texts)));
      }
      var finite = numbers.stream().filter(Double::isFinite).toList();
      var positive = finite.stream().filter(value -> value > 0).toList();
      var form = wanted.form().orElseGet(() -> usual(finite, positive));
      var drawn = form == Form.LOG ? positive : finite;
      double low = drawn.stream().min(Double::compare).orElse(form == Form.LOG ? 0.1 : 0.0);
      double high = drawn.stream().max(Double::compare).orElse(1.0);
      return new Placing(
          wanted,
          form,
          Optional.of(form == Form.LOG ? Ticks.log(low, high) : Ticks.linear(low, high)),
          List.of());
    }

    private static Form usual(List<Double> finite, List<Double> positive) {
      return !finite.isEmpty()
              && positive.size() == finite.size()
              && positive.stream().max(Double::compare).orElseThrow()
                  >= FAR_APART * positive.stream().min(Double::compare).orElseThrow()
          ? Form.LOG
          : Form.LINEAR;
    }

    private static Optional<Double> number(String text) {
      try {
        // Java also reads suffixes, such as 1d, which are words here.
        return text.matches("[-+]?(NaN|Infinity|[0-9.]+([eE][-+]?[0-9]+)?)")
            ? Optional.of(Double.parseDouble(text))
            : Optional.empty();
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    Optional<Absence> absence(Item item) {
      var text = item.values().get(wanted.id());
      if (text == null) {
        return Optional.of(Absence.MISSING);
      }
      if (form == Form.CHOICE) {
        return Optional.empty();
      }
      double value = number(text).orElseThrow();
      if (!Double.isFinite(value)) {
        return Optional.of(Absence.NOT_FINITE);
      }
      return form == Form.LOG && value <= 0 ? Optional.of(Absence.NOT_POSITIVE) : Optional.empty();
    }

    /** Of an item that has a height here. */
    double y(Item item) {
      var text = item.values().getOrDefault(wanted.id(), "");
      double share =
          ticks
              .map(axis -> axis.share(number(text).orElseThrow()))
              .orElseGet(() -> choiceShare(choices.indexOf(text)));
      return Math.round(10 * HEIGHT * (1 - share)) / 10.0;
    }

    private double choiceShare(int index) {
      return choices.size() == 1 ? 0.5 : index / (choices.size() - 1.0);
    }

    Axis axis(double share) {
      var marks = new ArrayList<Plot.Tick>();
      ticks.ifPresent(axis -> {
        for (int i = 0; i < axis.at().size(); i++) {
          marks.add(
              new Plot.Tick(HEIGHT * (1 - axis.share(axis.at().get(i))), axis.texts().get(i)));
        }
      });
      // Where there are more choices than room for words, evenly some have theirs.
      int stride = Math.max(1, Math.ceilDiv(choices.size(), MOST_CHOICES));
      for (int i = 0; i < choices.size(); i += stride) {
        marks.add(new Plot.Tick(HEIGHT * (1 - choiceShare(i)), brief(choices.get(i))));
      }
      return new Axis(wanted.id(), wanted.name(), 100 * share, form, marks);
    }

    private static String brief(String text) {
      return text.codePointCount(0, text.length()) > 24
          ? text.substring(0, text.offsetByCodePoints(0, 23)) + "…"
          : text;
    }
  }
}
