package dev.fovea.datasets.quality;

import java.util.List;
import java.util.Map;

/** Adds rows to a {@code labels.csv} that passed the gate. */
public final class LabelsCsv {
  /** Its name in the dataset folder. */
  public static final String FILE = "labels.csv";

  private LabelsCsv() {}

  /**
   * The text with these rows at its end; what was there stays byte for byte.
   *
   * @param rows values by column; a column that the header does not have is left out
   */
  public static String appending(String text, List<Map<String, String>> rows) {
    try {
      var header = CsvRows.parse(text, Integer.MAX_VALUE).getFirst().fields();
      var longer = new StringBuilder(text);
      if (!text.endsWith("\n")) {
        longer.append('\n');
      }
      for (var row : rows) {
        longer.append(
            CsvRows.write(header.stream().map(column -> row.getOrDefault(column, "")).toList()));
      }
      return longer.toString();
    } catch (CsvRows.Mistake e) {
      throw new IllegalArgumentException("labels.csv:%d: %s".formatted(e.line(), e.text()), e);
    }
  }
}
