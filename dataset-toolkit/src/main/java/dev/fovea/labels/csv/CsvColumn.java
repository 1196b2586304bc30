package dev.fovea.labels.csv;

import dev.fovea.kernel.Text;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One column of any table that has a column {@code path}. */
public final class CsvColumn {
  private static final String PATH = "path";

  private CsvColumn() {}

  /**
   * The column's values by path.
   *
   * @throws LabelMistake when there is no such table or column, or a path has two values
   */
  public static Map<String, String> read(LabelSource source, String file, String column)
      throws IOException, LabelMistake {
    try (var text = source.text(file, source.limits().fileBytes())) {
      var rows = new CsvRows(text, file);
      var header = rows.next().map(CsvRows.Row::fields).orElse(List.of());
      int path = header.indexOf(PATH);
      int wanted = header.indexOf(column);
      if (path < 0 || wanted < 0) {
        throw new LabelMistake(
            file,
            1,
            "header '%s' (expected: path and %s)"
                .formatted(Text.excerpt(String.join(",", header)), Text.excerpt(column)));
      }
      var values = new HashMap<String, String>();
      for (var row = rows.next(); row.isPresent(); row = rows.next()) {
        var fields = row.get().fields();
        if (fields.size() != header.size()) {
          throw new LabelMistake(
              file,
              row.get().line(),
              "%d fields (expected: %d, as the header)".formatted(fields.size(), header.size()));
        }
        var other = values.putIfAbsent(fields.get(path), fields.get(wanted));
        if (other != null && !other.equals(fields.get(wanted))) {
          throw new LabelMistake(
              file,
              row.get().line(),
              "%s '%s' of '%s' (expected: '%s', as above)"
                  .formatted(
                      Text.excerpt(column),
                      Text.excerpt(fields.get(wanted)),
                      Text.excerpt(fields.get(path)),
                      Text.excerpt(other)));
        }
      }
      return values;
    }
  }
}
