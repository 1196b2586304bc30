package dev.fovea.datasets.quality;

import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Comma-separated values as RFC 4180 has them: quotes, doubled quotes, line ends inside quotes; LF
 * alone ends a line, too.
 */
final class CsvRows {
  private static final int MAX_FIELD_CHARS = 4_096;
  private static final int MAX_FIELDS = 32;

  private final String text;
  private final List<Row> rows = new ArrayList<>();
  private int position;
  private int line = 1;

  /**
   * One record.
   *
   * @param line where it begins, from 1
   */
  record Row(int line, List<String> fields) {}

  /** A text that is no CSV. */
  static final class Mistake extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;

    Mistake(int line, String text) {
      super(text);
      this.line = line;
    }

    int line() {
      return line;
    }

    String text() {
      return String.valueOf(getMessage());
    }
  }

  private CsvRows(String text) {
    this.text = text;
  }

  /** All records; empty lines are none. */
  static List<Row> parse(String text, int maxRows) throws Mistake {
    var parser = new CsvRows(text.startsWith("\ufeff") ? text.substring(1) : text);
    while (parser.position < parser.text.length()) {
      if (parser.rows.size() > maxRows) {
        throw new Mistake(parser.line, "more than %d rows".formatted(maxRows));
      }
      parser.row();
    }
    return parser.rows;
  }

  private void row() throws Mistake {
    int start = line;
    var fields = new ArrayList<String>();
    do {
      if (fields.size() == MAX_FIELDS) {
        throw new Mistake(line, "more than %d fields".formatted(MAX_FIELDS));
      }
      fields.add(position < text.length() && text.charAt(position) == '"' ? quoted() : plain());
    } while (separator());
    if (fields.size() > 1 || !fields.getFirst().isEmpty()) {
      rows.add(new Row(start, List.copyOf(fields)));
    }
  }

  private boolean separator() throws Mistake {
    if (position >= text.length()) {
      return false;
    }
    char c = text.charAt(position++);
    if (c == ',') {
      return true;
    }
    if (c == '\r' && position < text.length() && text.charAt(position) == '\n') {
      position++;
    } else if (c != '\n') {
      throw new Mistake(
          line,
          "'%s' after a closing quote (expected: a comma or the end of the line)"
              .formatted(Text.excerpt(Character.toString(c))));
    }
    line++;
    return false;
  }

  private String plain() throws Mistake {
    int start = position;
    while (position < text.length()
        && ",\n".indexOf(text.charAt(position)) < 0
        && !text.startsWith("\r\n", position)) {
      if (text.charAt(position) == '"') {
        throw new Mistake(line, "a quote inside a field that does not begin with one");
      }
      position++;
    }
    return field(text.substring(start, position));
  }

  private String quoted() throws Mistake {
    int start = line;
    var field = new StringBuilder();
    for (position++; position < text.length(); position++) {
      char c = text.charAt(position);
      if (c == '"') {
        if (!text.startsWith("\"\"", position)) {
          position++;
          return field(field.toString());
        }
        position++;
      }
      line += c == '\n' ? 1 : 0;
      field.append(c);
    }
    throw new Mistake(start, "a quote that is never closed");
  }

  private String field(String value) throws Mistake {
    if (value.length() > MAX_FIELD_CHARS) {
      throw new Mistake(
          line,
          "a field of %d characters (expected: at most %d)"
              .formatted(value.length(), MAX_FIELD_CHARS));
    }
    return value;
  }

  /** One record as text, with its line end; fields are quoted where they must be. */
  static String write(List<String> fields) {
    return fields.stream().map(CsvRows::quote).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
