package dev.fovea.labels.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.OneFile;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.json.JsonCursor;
import dev.fovea.labels.voc.Voc;
import dev.fovea.labels.xml.XmlCursor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Formats of which one file says everything, and how such a file stands alone as a dataset. */
enum LabelFile {
  COCO(
      new Coco(),
      "annotations/instances_default.json",
      "{\"images\":[],\"annotations\":[],\"categories\":[]}"),
  DATUMARO(new Datumaro(), "annotations/default.json", "{\"categories\":{},\"items\":[]}"),
  CVAT(new Cvat(), "annotations.xml", "<annotations><version>1.1</version></annotations>"),
  VOC(new Voc(), "Annotations/image.xml", "<annotation/>"),
  CSV(new Csv(), "labels.csv", "path,label,split\n");

  private static final Pattern FIRST_TAG = Pattern.compile("<([A-Za-z_][A-Za-z0-9_.:-]*+)");

  private final LabelFormat format;
  private final String name;
  private final String empty;

  LabelFile(LabelFormat format, String name, String empty) {
    this.format = format;
    this.name = name;
    this.empty = empty;
  }

  LabelFormat format() {
    return format;
  }

  /** The file as the dataset that it is alone. */
  LabelSource source(byte[] bytes) {
    return LabelSource.of(new OneFile(name, () -> new ByteArrayInputStream(bytes)));
  }

  /** No labels at all. */
  LabelSource nothing() {
    return source(empty.getBytes(UTF_8));
  }

  /** Whether a file of this name may hold labels. */
  static boolean isNamed(String path) {
    return List.of("json", "xml", "csv").contains(ending(path));
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** What a file holds, told by its ending and its beginning; absent where it holds no labels. */
  static Optional<LabelFile> of(String path, byte[] bytes) {
    return switch (ending(path)) {
      case "json" -> ofJson(bytes);
      case "xml" -> ofXml(bytes);
      case "csv" -> ofCsv(bytes);
      default -> Optional.empty();
    };
  }

  private static Optional<LabelFile> ofJson(byte[] bytes) {
    var names = new HashSet<String>();
    try {
      JsonCursor.read(
          LabelSource.of(new OneFile("it", () -> new ByteArrayInputStream(bytes))),
          "it",
          json ->
              json.object(field -> {
                names.add(field);
                json.skip();
              }));
    } catch (IOException | LabelMistake _) {
      return Optional.empty();
    }
    return names.contains("images")
        ? Optional.of(COCO)
        : names.containsAll(Set.of("items", "categories"))
            ? Optional.of(DATUMARO)
            : Optional.empty();
  }

  private static Optional<LabelFile> ofXml(byte[] bytes) {
    var tag = FIRST_TAG.matcher(new String(bytes, UTF_8));
    return !tag.find()
        ? Optional.empty()
        : switch (tag.group(1)) {
          case "annotations" -> Optional.of(CVAT);
          case "annotation" -> Optional.of(VOC);
          default -> Optional.empty();
        };
  }

  private static Optional<LabelFile> ofCsv(byte[] bytes) {
    var head = new String(bytes, 0, Math.min(bytes.length, 1_024), UTF_8);
    var columns = Arrays.asList(head.lines().findFirst().orElse("").split(",", -1));
    return columns.containsAll(List.of("path", "label", "split"))
        ? Optional.of(CSV)
        : Optional.empty();
  }

  /** Hands on all values of a file; none of a table, whose reader leaves nothing out. */
  void values(byte[] bytes, BiConsumer<String, String> each) throws IOException, LabelMistake {
    var source = source(bytes);
    switch (this) {
      case COCO, DATUMARO -> JsonCursor.read(source, name, json -> json.values("", each));
      case CVAT -> xml(source, "annotations", bytes.length, each);
      case VOC -> xml(source, "annotation", bytes.length, each);
      case CSV -> {}
    }
  }

  private void xml(LabelSource source, String root, long most, BiConsumer<String, String> each)
      throws IOException, LabelMistake {
    XmlCursor.read(source, name, most, root, xml -> xml.values(root, each));
  }
}
