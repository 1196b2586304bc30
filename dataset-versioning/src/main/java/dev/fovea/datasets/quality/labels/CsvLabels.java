package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.kernel.Text;
import dev.fovea.labels.csv.CsvRows;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.store.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Labels in {@code labels.csv}: a header with path, label, split and, where wanted, slice, in any
 * order. A row that is wrong is found with its line and the rest is read on, which {@code
 * dev.fovea.labels.csv.Csv} does not do.
 */
public final class CsvLabels implements LabelReader {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_ROWS = 1_000_000;
  private static final char BYTE_ORDER_MARK = '\ufeff';
  private static final List<String> REQUIRED = List.of("path", "label", "split");
  private static final Set<String> COLUMNS = Set.of("path", "label", "split", "slice");

  private final ObjectStore objects;

  public CsvLabels(ObjectStore objects) {
    this.objects = objects;
  }

  @Override
  public Optional<Labels> read(PushedFolder folder) throws IOException {
    var file = folder.files().get(LabelsCsv.FILE);
    if (file == null) {
      folder.refuse(
          LabelsCsv.FILE,
          0,
          "labels",
          "is missing (expected: a header path,label,split,slice and a row for each image)");
      return Optional.empty();
    }
    if (file.bytes() > MAX_BYTES) {
      folder.refuse(
          LabelsCsv.FILE,
          0,
          "labels",
          "has %d bytes (expected: at most %d)".formatted(file.bytes(), MAX_BYTES));
      return Optional.empty();
    }
    try (var text = open(file)) {
      return rows(folder, new CsvRows(text, LabelsCsv.FILE))
          .map(images ->
              new Labels(
                  images,
                  images.stream().map(LabelledFile::path).collect(Collectors.toSet()),
                  List.of(),
                  false));
    } catch (LabelMistake e) {
      folder.refuse(LabelsCsv.FILE, e.line(), "labels", e.text());
    } catch (CharacterCodingException e) {
      folder.refuse(LabelsCsv.FILE, 0, "labels", "is no UTF-8 text");
    }
    return Optional.empty();
  }

  private Reader open(Stored file) throws IOException {
    var bytes = objects.open(file.digest());
    try {
      var text =
          new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
      return text;
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static Optional<List<LabelledFile>> rows(PushedFolder folder, CsvRows rows)
      throws IOException, LabelMistake {
    var first = rows.next().orElse(new CsvRows.Row(1, List.of()));
    if (!headerFits(first, folder)) {
      return Optional.empty();
    }
    var header = first.fields();
    var labels = new ArrayList<LabelledFile>();
    int count = 0;
    for (var row = rows.next(); row.isPresent(); row = rows.next()) {
      int line = row.get().line();
      if (++count > MAX_ROWS) {
        throw new LabelMistake(LabelsCsv.FILE, line, "more than %d rows".formatted(MAX_ROWS));
      }
      int fields = row.get().fields().size();
      if (fields != header.size()) {
        folder.refuse(
            LabelsCsv.FILE,
            line,
            "labels",
            "%d fields (expected: %d, as the header)".formatted(fields, header.size()));
      } else {
        labels.add(label(header, row.get()));
      }
    }
    return Optional.of(labels);
  }

  private static boolean headerFits(CsvRows.Row row, PushedFolder folder) {
    var header = row.fields();
    boolean fits =
        header.containsAll(REQUIRED)
            && COLUMNS.containsAll(header)
            && Set.copyOf(header).size() == header.size();
    if (!fits) {
      folder.refuse(
          LabelsCsv.FILE,
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
        List.of(),
        LabelsCsv.FILE,
        row.line());
  }
}
