package dev.fovea.datasets.quality.labels;

import dev.fovea.labels.csv.CsvRows;
import dev.fovea.labels.format.LabelMistake;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
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
      var header = new CsvRows(new StringReader(text), FILE).next().orElseThrow().fields();
      var longer = new StringBuilder(text);
      if (!text.endsWith("\n")) {
        longer.append('\n');
      }
      for (var row : rows) {
        longer.append(
            CsvRows.write(header.stream().map(column -> row.getOrDefault(column, "")).toList()));
      }
      return longer.toString();
    } catch (LabelMistake e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
