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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Formats of which one file says everything, and how such a file stands alone as a dataset. */
public enum LabelFile {
  COCO(new Coco(), "annotations/instances_default.json", Set.of("images", "annotations", "categories")),
  DATUMARO(
      new Datumaro(),
      "annotations/default.json",
      Set.of("dm_format_version", "media_type", "infos", "categories", "items")),
  CVAT(
      new Cvat(),
      "annotations.xml",
      Set.of(
          "annotations", "version", "meta", "task", "project", "subsets", "subset", "labels",
          "label", "name", "type", "attributes", "attribute", "mutable", "input_type", "default_value",
          "values", "parent", "svg", "image", "box", "polygon", "polyline", "points", "mask",
          "tag", "skeleton")),
  VOC(
      new Voc(),
      "Annotations/image.xml",
      Set.of(
          "annotation", "folder", "filename", "size", "width", "height", "depth", "segmented",
          "object", "name", "pose", "truncated", "difficult", "occluded", "bndbox", "xmin",
          "ymin", "xmax", "ymax")),
  CSV(new Csv(), "labels.csv", Set.of());

  // A tag's name; one pass over the text, since nothing is tried twice.
  private static final Pattern TAG = Pattern.compile("<([A-Za-z_][A-Za-z0-9_.:-]*+)");

  private final LabelFormat format;
  private final String name;
  private final Set<String> parts;

  LabelFile(LabelFormat format, String name, Set<String> parts) {
    this.format = format;
    this.name = name;
    this.parts = parts;
  }

  public LabelFormat format() {
    return format;
  }

  /** The file as the dataset that it is alone. */
  public LabelSource source(OneFile.Opening opening) {
    return LabelSource.of(new OneFile(name, opening));
  }

  /** No labels at all. */
  public LabelSource nothing() {
    return source(() -> new ByteArrayInputStream(empty().getBytes(UTF_8)));
  }

  private String empty() {
    return switch (this) {
      case COCO -> "{\"images\":[],\"annotations\":[],\"categories\":[]}";
      case DATUMARO -> "{\"categories\":{},\"items\":[]}";
      case CVAT -> "<annotations><version>1.1</version></annotations>";
      case VOC -> "<annotation/>";
      case CSV -> "path,label,split\n";
    };
  }

  /** What a file holds, told by its ending and its beginning; absent where it holds no labels. */
  static Optional<LabelFile> of(String path, byte[] bytes) {
    try {
      return switch (path.substring(path.lastIndexOf('.') + 1)) {
        case "json" -> ofJson(fields(bytes).keySet());
        case "xml" -> ofXml(bytes);
        case "csv" -> ofCsv(bytes);
        default -> Optional.empty();
      };
    } catch (IOException | LabelMistake _) {
      return Optional.empty();
    }
  }

  private static Optional<LabelFile> ofJson(Set<String> names) {
    return names.contains("images")
        ? Optional.of(COCO)
        : names.containsAll(Set.of("items", "categories"))
            ? Optional.of(DATUMARO)
            : Optional.empty();
  }

  private static Optional<LabelFile> ofXml(byte[] bytes) {
    var tag = TAG.matcher(new String(bytes, UTF_8));
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

  /** Parts of a file that are not labels and that a rewritten file does not have. */
  Set<String> unkept(byte[] bytes) throws IOException, LabelMistake {
    var found = new TreeSet<String>();
    switch (this) {
      case COCO, DATUMARO ->
          fields(bytes).forEach((field, tells) -> {
            if (tells) {
              found.add(field);
            }
          });
      case CVAT, VOC -> {
        var tag = TAG.matcher(new String(bytes, UTF_8));
        while (tag.find()) {
          found.add(tag.group(1));
        }
      }
      case CSV -> {}
    }
    found.removeAll(parts);
    return found;
  }

  // The fields at the top, and whether each says something.
  private static Map<String, Boolean> fields(byte[] bytes) throws IOException, LabelMistake {
    var fields = new TreeMap<String, Boolean>();
    var alone = new OneFile("it", () -> new ByteArrayInputStream(bytes));
    JsonCursor.read(
        LabelSource.of(alone),
        alone.name(),
        json -> json.object(field -> fields.put(field, json.skipTelling())));
    return fields;
  }
}
