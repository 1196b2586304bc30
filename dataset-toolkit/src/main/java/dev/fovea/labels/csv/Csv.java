package dev.fovea.labels.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fovea's {@code labels.csv}: a header with {@code path}, {@code label}, {@code split} and, where
 * wanted, {@code slice}, in any order; a row for each class of an image. Rows of one image stand
 * together.
 */
public final class Csv implements LabelFormat {
  private static final String FILE = "labels.csv";
  private static final List<String> REQUIRED = List.of("path", "label", "split");
  private static final List<String> COLUMNS = List.of("path", "label", "split", "slice");
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.of(Feature.SPLIT, Feature.SLICE, Feature.WHOLE_IMAGE, Feature.SEVERAL_CLASSES));

  @Override
  public String name() {
    return "CSV";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  /** Reads the whole file; sorted by name, as the table has no list. */
  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var names = new TreeSet<String>();
    read(
        source.silent(),
        image -> image.annotations().stream().map(Annotation::label).forEach(names::add));
    return Classes.named(names);
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    try (var text = source.text(FILE, source.limits().fileBytes())) {
      var rows = new CsvRows(text, FILE);
      var header = header(rows);
      Optional<LabelledImage> open = Optional.empty();
      for (var row = rows.next(); row.isPresent(); row = rows.next()) {
        var image = image(header, row.get());
        if (!source.accepts(image.path(), FILE, row.get().line())) {
          continue;
        }
        if (open.isPresent() && open.get().path().equals(image.path())) {
          open = Optional.of(joined(open.get(), image, row.get().line(), source));
          continue;
        }
        if (open.isPresent()) {
          images.accept(open.get());
        }
        open = Optional.of(image);
      }
      if (open.isPresent()) {
        images.accept(open.get());
      }
    }
  }

  private static List<String> header(CsvRows rows) throws IOException, LabelMistake {
    var header = rows.next().map(CsvRows.Row::fields).orElse(List.of());
    boolean fits =
        header.containsAll(REQUIRED)
            && COLUMNS.containsAll(header)
            && Set.copyOf(header).size() == header.size();
    if (!fits) {
      throw new LabelMistake(
          FILE,
          1,
          "header '%s' (expected: path,label,split and perhaps slice)"
              .formatted(Text.excerpt(String.join(",", header))));
    }
    return header;
  }

  private static LabelledImage image(List<String> header, CsvRows.Row row) throws LabelMistake {
    var fields = row.fields();
    if (fields.size() != header.size()) {
      throw new LabelMistake(
          FILE,
          row.line(),
          "%d fields (expected: %d, as the header)".formatted(fields.size(), header.size()));
    }
    var slice = header.contains("slice") ? fields.get(header.indexOf("slice")) : "";
    return new LabelledImage(
        fields.get(header.indexOf("path")),
        fields.get(header.indexOf("split")),
        slice.isEmpty() ? Optional.empty() : Optional.of(slice),
        OptionalLong.empty(),
        Optional.empty(),
        List.of(Annotation.of(fields.get(header.indexOf("label")), new WholeImage())));
  }

  private static LabelledImage joined(
      LabelledImage open, LabelledImage more, int line, LabelSource source) throws LabelMistake {
    if (!open.split().equals(more.split()) || !open.slice().equals(more.slice())) {
      throw new LabelMistake(
          FILE,
          line,
          "'%s' in another split or slice than in the row before"
              .formatted(Text.excerpt(more.path())));
    }
    if (open.annotations().size() == source.limits().annotations()) {
      throw new LabelMistake(
          FILE, line, "more than %d rows of one image".formatted(source.limits().annotations()));
    }
    var all = new ArrayList<>(open.annotations());
    all.addAll(more.annotations());
    return open.withAnnotations(all);
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) throws IOException {
    var out = sink.create(FILE);
    out.write(CsvRows.write(COLUMNS).getBytes(UTF_8));
    return new Rows(out);
  }

  private record Rows(OutputStream out) implements LabelWriter {
    @Override
    public void accept(LabelledImage image) throws IOException {
      for (var annotation : image.annotations()) {
        out.write(
            CsvRows.write(
                    List.of(
                        image.path(), annotation.label(), image.split(), image.slice().orElse("")))
                .getBytes(UTF_8));
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
