package dev.fovea.query.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the process says: lists in JSON, a line each, whose first entry is one of the names below.
 * Not thread-safe.
 */
public final class Answers {
  /** The tables are there. */
  public static final String READY = "ready";

  /** The names of the columns. */
  public static final String COLUMNS = "columns";

  /** The values of a row. */
  public static final String ROW = "row";

  /** All is said; then whether there were more rows than asked for. */
  public static final String END = "end";

  /** What is wrong; then where, in bytes from the statement's beginning or -1; what to do. */
  public static final String PROBLEM = "problem";

  private static final long MOST_BYTES = 256L << 20;

  private final OutputStream out;
  private long bytes;

  Answers(OutputStream out) {
    this.out = out;
  }

  void ready() throws IOException {
    say(List.of(READY));
    out.flush();
  }

  void columns(List<String> names) throws IOException {
    var line = new ArrayList<@Nullable Object>(names);
    line.addFirst(COLUMNS);
    say(line);
  }

  /**
   * @throws Refusal when all rows are too large together
   */
  void row(List<@Nullable Object> values) throws IOException {
    var line = new ArrayList<>(values);
    line.addFirst(ROW);
    say(line);
    if (bytes > MOST_BYTES) {
      throw new Refusal(
          "the rows have more than %d bytes".formatted(MOST_BYTES),
          "select fewer columns, or fewer rows with --limit");
    }
  }

  void end(boolean more) throws IOException {
    say(List.of(END, more));
    out.flush();
  }

  void problem(Refusal refusal) throws IOException {
    say(List.of(PROBLEM, refusal.what(), refusal.at(), refusal.remedy()));
    out.flush();
  }

  private void say(List<?> line) throws IOException {
    var text =
        (JsonMapper.shared().writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    bytes += text.length;
    out.write(text);
  }
}
