package dev.fovea.labels.csv;

import dev.fovea.kernel.Text;
import dev.fovea.labels.format.LabelMistake;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Comma-separated values as RFC 4180 has them, record by record: quotes, doubled quotes, line ends
 * inside quotes; LF alone ends a line, too. Empty lines are no records.
 */
public final class CsvRows {
  private static final int MAX_FIELD_CHARS = 4_096;
  private static final int MAX_FIELDS = 32;
  private static final int END = -1;

  private final Reader text;
  private final String file;
  private int line = 1;
  private int next;

  /**
   * One record.
   *
   * @param line where it begins, from 1
   */
  public record Row(int line, List<String> fields) {}

  /**
   * @param file for messages
   */
  public CsvRows(Reader text, String file) throws IOException {
    this.text = text;
    this.file = file;
    this.next = text.read();
  }

  /**
   * The next record; absent at the end.
   *
   * @throws LabelMistake with its line, when the text is no CSV, a field has more than 4,096
   *     characters or a record more than 32 fields
   */
  public Optional<Row> next() throws IOException, LabelMistake {
    while (next != END) {
      int start = line;
      var fields = new ArrayList<String>();
      do {
        if (fields.size() == MAX_FIELDS) {
          throw new LabelMistake(file, line, "more than %d fields".formatted(MAX_FIELDS));
        }
        fields.add(next == '"' ? quoted() : plain());
      } while (separator());
      if (fields.size() > 1 || !fields.getFirst().isEmpty()) {
        return Optional.of(new Row(start, List.copyOf(fields)));
      }
    }
    return Optional.empty();
  }

  private int take() throws IOException {
    int taken = next;
    next = text.read();
    return taken;
  }

  private boolean separator() throws IOException, LabelMistake {
    if (next == END) {
      return false;
    }
    int c = take();
    if (c == ',') {
      return true;
    }
    if (c == '\r' && next == '\n') {
      take();
    } else if (c != '\n') {
      throw new LabelMistake(
          file,
          line,
          "'%s' after a closing quote (expected: a comma or the end of the line)"
              .formatted(Text.excerpt(Character.toString(c))));
    }
    line++;
    return false;
  }

  private String plain() throws IOException, LabelMistake {
    var field = new StringBuilder();
    while (next != END && next != ',' && next != '\n') {
      int c = next;
      if (c == '"') {
        throw new LabelMistake(file, line, "a quote inside a field that does not begin with one");
      }
      take();
      if (c == '\r' && next == '\n') {
        return field.toString();
      }
      append(field, c);
    }
    return field.toString();
  }

  private String quoted() throws IOException, LabelMistake {
    int start = line;
    var field = new StringBuilder();
    take();
    while (next != END) {
      int c = take();
      if (c == '"') {
        if (next != '"') {
          return field.toString();
        }
        take();
      }
      line += c == '\n' ? 1 : 0;
      append(field, c);
    }
    throw new LabelMistake(file, start, "a quote that is never closed");
  }

  private void append(StringBuilder field, int c) throws LabelMistake {
    if (field.length() == MAX_FIELD_CHARS) {
      throw new LabelMistake(
          file, line, "a field of more than %d characters".formatted(MAX_FIELD_CHARS));
    }
    field.append((char) c);
  }

  /** One record as text, with its line end; fields are quoted where they must be. */
  public static String write(List<String> fields) {
    return fields.stream().map(CsvRows::quote).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
