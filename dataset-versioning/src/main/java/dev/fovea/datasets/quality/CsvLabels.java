package dev.fovea.datasets.quality;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Labels in {@code labels.csv}: a header with path, label, split and, where wanted, slice, in any
 * order.
 */
final class CsvLabels implements LabelFormat {
  static final int MAX_BYTES = 64 << 20;
  private static final int MAX_ROWS = 1_000_000;
  private static final List<String> REQUIRED = List.of("path", "label", "split");
  private static final Set<String> COLUMNS = Set.of("path", "label", "split", "slice");

  private final LabelTexts texts;

  CsvLabels(LabelTexts texts) {
    this.texts = texts;
  }

  @Override
  public Optional<String> labelFile() {
    return Optional.of(LabelsCsv.FILE);
  }

  @Override
  public List<LabelledFile> read(String folder, Map<String, Stored> files, Findings findings)
      throws IOException {
    var place = folder + "/" + LabelsCsv.FILE;
    var file = files.get(LabelsCsv.FILE);
    if (file == null) {
      findings.refuse(
          place,
          0,
          "labels",
          "is missing (expected: a header path,label,split,slice and a row for each image)");
      return List.of();
    }
    if (file.bytes() > MAX_BYTES) {
      findings.refuse(
          place,
          0,
          "labels",
          "has %d bytes (expected: at most %d)".formatted(file.bytes(), MAX_BYTES));
      return List.of();
    }
    try {
      var rows = CsvRows.parse(texts.read(file), MAX_ROWS);
      if (rows.isEmpty() || !headerFits(rows.getFirst(), place, findings)) {
        return List.of();
      }
      var header = rows.getFirst().fields();
      var labels = new ArrayList<LabelledFile>();
      for (var row : rows.subList(1, rows.size())) {
        if (row.fields().size() != header.size()) {
          findings.refuse(
              place,
              row.line(),
              "labels",
              "%d fields (expected: %d, as the header)"
                  .formatted(row.fields().size(), header.size()));
        } else {
          labels.add(label(header, row));
        }
      }
      return labels;
    } catch (CsvRows.Mistake e) {
      findings.refuse(place, e.line(), "labels", e.text());
    } catch (CharacterCodingException e) {
      findings.refuse(place, 0, "labels", "is no UTF-8 text");
    }
    return List.of();
  }

  private static boolean headerFits(CsvRows.Row row, String place, Findings findings) {
    var header = row.fields();
    boolean fits =
        header.containsAll(REQUIRED)
            && COLUMNS.containsAll(header)
            && Set.copyOf(header).size() == header.size();
    if (!fits) {
      findings.refuse(
          place,
          row.line(),
          "labels",
          "header '%s' (expected: path,label,split and perhaps slice)"
              .formatted(Text.excerpt(String.join(",", header))));
    }
    return fits;
  }

  private static LabelledFile label(List<String> header, CsvRows.Row row) {
    var slice = header.contains("slice") ? row.fields().get(header.indexOf("slice")) : "";
    return new LabelledFile(
        row.fields().get(header.indexOf("path")),
        row.fields().get(header.indexOf("label")),
        row.fields().get(header.indexOf("split")),
        slice.isEmpty() ? Optional.empty() : Optional.of(slice),
        LabelsCsv.FILE,
        row.line());
  }
}
