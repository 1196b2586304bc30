package dev.fovea.web.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What was taken for what: from a table with the columns {@code actual}, {@code predicted} and
 * {@code count}.
 *
 * @param classes in the order of their names; numbers by size
 * @param right how many were taken for what they are
 */
record ConfusionTable(String path, List<String> classes, List<Row> rows, long right, long all) {
  private static final int MOST_CLASSES = 60;
  private static final long MOST_COUNT = 1L << 52;

  /**
   * What the images of one class were taken for.
   *
   * @param counts by predicted class
   */
  record Row(String actual, List<Long> counts) {}

  /** Reads a matrix; absent where the table is none, or has more than 60 classes. */
  static Optional<ConfusionTable> of(String path, LoggedTable table) {
    int actual = table.column("actual");
    int predicted = table.column("predicted");
    int count = table.column("count");
    if (actual < 0 || predicted < 0 || count < 0) {
      return Optional.empty();
    }
    var cells = new LinkedHashMap<List<String>, Long>();
    for (var row : table.rows()) {
      var number = row.get(count);
      boolean isCount =
          number.isIntegralNumber()
              && number.canConvertToLong()
              && number.longValue() >= 0
              && number.longValue() <= MOST_COUNT / table.rows().size();
      if (!isCount || !isName(row.get(actual)) || !isName(row.get(predicted))) {
        return Optional.empty();
      }
      cells.merge(
          List.of(row.get(actual).asString(), row.get(predicted).asString()),
          number.longValue(),
          Long::sum);
    }
    var classes = classes(cells.keySet().stream().flatMap(List::stream).toList());
    if (classes.isEmpty() || classes.size() > MOST_CLASSES) {
      return Optional.empty();
    }
    var rows = new ArrayList<Row>();
    for (var one : classes) {
      rows.add(
          new Row(
              one,
              classes.stream().map(other -> cells.getOrDefault(List.of(one, other), 0L)).toList()));
    }
    return Optional.of(
        new ConfusionTable(
            path,
            classes,
            rows,
            classes.stream().mapToLong(one -> cells.getOrDefault(List.of(one, one), 0L)).sum(),
            cells.values().stream().mapToLong(Long::longValue).sum()));
  }

  private static boolean isName(JsonNode node) {
    return node.isString() || node.isIntegralNumber();
  }

  private static List<String> classes(List<String> names) {
    boolean areNumbers = names.stream().allMatch(name -> name.matches("\\d{1,9}"));
    return areNumbers
        ? names.stream().map(Integer::valueOf).distinct().sorted().map(String::valueOf).toList()
        : List.copyOf(new TreeSet<>(names));
  }
}
