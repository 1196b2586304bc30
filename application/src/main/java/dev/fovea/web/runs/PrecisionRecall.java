package dev.fovea.web.runs;

import dev.fovea.web.Plot;
import dev.fovea.web.Ticks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How precision falls as recall rises, from a table with the columns {@code recall} and {@code
 * precision}, and {@code class} where there are several curves.
 *
 * @param keys the curves' names with their looks; none for a single one
 */
record PrecisionRecall(String path, Plot plot, List<Key> keys) {
  private static final int HEIGHT = 200;
  private static final int MOST_CURVES = 8;
  private static final String[] COLOURS = {"c-ink", "c-s2", "c-s3", "c-s4"};

  /** A curve's name and the class that colours it. */
  record Key(String name, String style) {}

  private record Point(double recall, double precision) {}

  /** Draws them; absent where the table is none of such curves, or has more than eight. */
  static Optional<PrecisionRecall> of(String path, LoggedTable table) {
    int recall = table.column("recall");
    int precision = table.column("precision");
    int name = table.column("class");
    if (recall < 0 || precision < 0) {
      return Optional.empty();
    }
    var curves = new LinkedHashMap<String, List<Point>>();
    for (var row : table.rows()) {
      var point = new Point(number(row.get(recall)), number(row.get(precision)));
      if (!isShare(point.recall()) || !isShare(point.precision())) {
        return Optional.empty();
      }
      curves
          .computeIfAbsent(name < 0 ? "" : row.get(name).asString(""), _ -> new ArrayList<>())
          .add(point);
    }
    if (curves.isEmpty() || curves.size() > MOST_CURVES) {
      return Optional.empty();
    }
    return Optional.of(drawn(path, curves));
  }

  private static PrecisionRecall drawn(String path, Map<String, List<Point>> curves) {
    var axis = Ticks.linear(0, 1);
    var pen = Plot.pen(HEIGHT, axis.scale());
    for (int i = 0; i < axis.at().size(); i++) {
      pen.row(axis.at().get(i), axis.texts().get(i));
    }
    pen.column(0, "recall 0").column(0.5, "0.5").column(1, "1");
    var keys = new ArrayList<Key>();
    curves.forEach((name, points) -> {
      int place = keys.size();
      var style = COLOURS[place % COLOURS.length] + (place < COLOURS.length ? "" : " dash");
      var sorted =
          points.stream()
              .sorted(
                  Comparator.comparingDouble(Point::recall)
                      .thenComparing(Comparator.comparingDouble(Point::precision).reversed()))
              .toList();
      pen.line(
          "",
          style,
          sorted.stream().map(Point::recall).toList(),
          sorted.stream().map(Point::precision).toList());
      keys.add(new Key(name, style));
    });
    return new PrecisionRecall(
        path,
        pen.says(
            "Precision by recall, %d %s"
                .formatted(curves.size(), curves.size() == 1 ? "curve" : "curves")),
        keys.size() == 1 && keys.getFirst().name().isEmpty() ? List.of() : keys);
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }
}
