package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Table;
import dev.fovea.query.QueryResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A query's rows as a person reads them, as CSV (RFC 4180), and for JSON. */
record RowsText(QueryResult result) {
  /**
   * What is printed as JSON.
   *
   * @param more whether there were more rows than asked for
   */
  record Rows(List<Map<String, @Nullable Object>> rows, boolean more) {}

  Rows json() {
    var rows = new ArrayList<Map<String, @Nullable Object>>();
    for (var each : result.rows()) {
      var row = new LinkedHashMap<String, @Nullable Object>();
      for (int i = 0; i < each.size(); i++) {
        row.put(result.columns().get(i), each.get(i));
      }
      rows.add(row);
    }
    return new Rows(rows, result.more());
  }

  String table() {
    var table = new Table(result.columns().toArray(String[]::new));
    for (var row : result.rows()) {
      table.row(row.stream().map(value -> value == null ? "" : value).toArray());
    }
    int count = result.rows().size();
    return table
        + (result.more()
            ? "the first %d rows; there are more: --limit".formatted(count)
            : count == 1 ? "1 row" : "%d rows".formatted(count));
  }

  String csv() {
    var lines = new ArrayList<String>();
    lines.add(line(result.columns()));
    result.rows().forEach(row -> lines.add(line(row)));
    return String.join("\r\n", lines);
  }

  private static String line(List<? extends @Nullable Object> values) {
    return values.stream().map(RowsText::field).collect(Collectors.joining(","));
  }

  private static String field(@Nullable Object value) {
    var text = value == null ? "" : value.toString();
    return text.matches("(?s).*[\",\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }
}
