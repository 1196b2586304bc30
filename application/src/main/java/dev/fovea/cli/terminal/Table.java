package dev.fovea.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows under headings, each column as wide as its widest cell. Every cell is shown on one line,
 * without control characters.
 */
public final class Table {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(Arrays.asList(headings));
  }

  public Table row(Object... cells) {
    rows.add(Arrays.stream(cells).map(Table::cell).toList());
    return this;
  }

  private static String cell(Object value) {
    return CONTROL.matcher(String.valueOf(value)).replaceAll(" ");
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
