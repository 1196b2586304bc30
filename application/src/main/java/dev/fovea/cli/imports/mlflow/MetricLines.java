package dev.fovea.cli.imports.mlflow;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.kernel.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A metric's file: a line for each point, read one at a time, however many there are. A line that
 * is none is said with its number and left out.
 */
final class MetricLines {
  private static final int MOST_BYTES = 4_096;
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
  private static final Pattern REAL =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private final String name;
  private final String key;
  private final Remarks remarks;

  /**
   * @param name of the file, for people
   */
  MetricLines(String name, String key, Remarks remarks) {
    this.name = name;
    this.key = key;
    this.remarks = remarks;
  }

  /** A point and what stands behind it on its line. */
  record Line(Point point, List<String> rest) {}

  /** Reads the file to its end. */
  void read(InputStream from, Each<Line> each) throws IOException {
    var in = new BufferedInputStream(from, 1 << 16);
    var line = new byte[MOST_BYTES];
    int length = 0;
    long number = 1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        if (length < MOST_BYTES) {
          line[length] = (byte) next;
        }
        length++;
        continue;
      }
      take(number, line, length, each);
      number++;
      length = 0;
    }
    if (length > 0) {
      remarks.note(
          "%s line %d has no end: whoever writes it has not finished, and it is left out"
              .formatted(name, number));
    }
  }

  private void take(long number, byte[] line, int length, Each<Line> each) throws IOException {
    if (length > MOST_BYTES) {
      bad(number, "it has %d bytes".formatted(length));
      return;
    }
    var text = new String(line, 0, length, StandardCharsets.UTF_8).strip();
    var fields = List.of(text.split(" ", -1));
    if (fields.size() < 2 || !isWhole(fields.get(0)) || !isReal(fields.get(1))) {
      bad(number, "'%s'".formatted(Text.excerpt(text)));
      return;
    }
    if (fields.size() > 2 && !isWhole(fields.get(2))) {
      bad(number, "'%s'".formatted(Text.excerpt(text)));
      return;
    }
    each.take(
        new Line(
            new Point(
                key,
                real(fields.get(1)),
                Long.parseLong(fields.get(0)),
                fields.size() > 2 ? Long.parseLong(fields.get(2)) : 0),
            fields.size() > 3 ? fields.subList(3, fields.size()) : List.of()));
  }

  private void bad(long number, String what) {
    remarks.fault(
        "%s line %d is no point: %s (expected: <milliseconds> <value> <step>)"
            .formatted(name, number, what));
  }

  private static boolean isWhole(String text) {
    return WHOLE.matcher(text).matches();
  }

  private static boolean isReal(String text) {
    return List.of("nan", "inf", "-inf").contains(text)
        || (text.length() < 400 && REAL.matcher(text).matches());
  }

  // As Python writes it.
  private static double real(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
