package dev.fovea.labels.convert;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.Folder;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.voc.Voc;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The formats that are read and written, by the names under which people ask for them. */
public enum KnownFormat {
  COCO,
  YOLO,
  VOC,
  CVAT,
  DATUMARO,
  FOLDER,
  CSV;

  private static final JsonFactory JSON = new JsonFactory();
  private static final int SPLIT_CLASS_FILE = 3;

  /**
   * Those that a folder has labels of, told by the names of its files; COCO and Datumaro, which use
   * the same names, by what the first file says. Classes by place count where nothing else is
   * there.
   */
  public static Set<KnownFormat> in(Folder folder) throws IOException {
    var found = EnumSet.noneOf(KnownFormat.class);
    boolean placed = false;
    for (var path : folder.list("")) {
      boolean json = path.startsWith("annotations/") && path.endsWith(".json");
      if (path.equals("labels.csv")) {
        found.add(CSV);
      } else if (path.equals("annotations.xml")) {
        found.add(CVAT);
      } else if (path.equals("data.yaml")) {
        found.add(YOLO);
      } else if (path.startsWith("Annotations/") && path.endsWith(".xml")) {
        found.add(VOC);
      } else if (path.endsWith("/_annotations.coco.json")) {
        found.add(COCO);
      } else if (json && !found.contains(COCO) && !found.contains(DATUMARO)) {
        found.add(ofJson(folder, path));
      }
      placed |= path.split("/", SPLIT_CLASS_FILE).length == SPLIT_CLASS_FILE;
    }
    if (found.isEmpty() && placed) {
      found.add(FOLDER);
    }
    return found;
  }

  /** COCO lists its categories, Datumaro has several kinds of them. */
  private static KnownFormat ofJson(Folder folder, String path) throws IOException {
    var bytes = folder.open(path);
    if (bytes.isEmpty()) {
      return COCO;
    }
    try (var in = bytes.get();
        var parser = JSON.createParser(ObjectReadContext.empty(), in)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        var value = parser.nextToken();
        if (name.equals("items") || name.equals("categories") && value == JsonToken.START_OBJECT) {
          return DATUMARO;
        }
        if (name.equals("images") || name.equals("annotations") || name.equals("categories")) {
          return COCO;
        }
        parser.skipChildren();
      }
    } catch (JacksonException _) {
      // COCO's reader says what is wrong with it, and where.
    }
    return COCO;
  }

  /**
   * Reads it.
   *
   * @param task what YOLO's rows are; absent for what data.yaml says
   * @throws LabelMistake when data.yaml is none
   */
  public LabelFormat reader(LabelSource source, Optional<Yolo.Task> task)
      throws IOException, LabelMistake {
    if (this != YOLO) {
      return writer(source.folder(), Yolo.Task.DETECT);
    }
    var rows = task.isPresent() ? task : Yolo.task(source);
    return new Yolo(
        rows.orElseThrow(() ->
            new InvalidRequest(
                "data.yaml names no task, and rows of nine numbers may be oriented boxes or outlines",
                "give --task detect, segment, obb or pose")));
  }

  /**
   * Writes it.
   *
   * @param images where a folder of classes takes its images from
   * @param rows what YOLO's rows are
   */
  public LabelFormat writer(Folder images, Yolo.Task rows) {
    return switch (this) {
      case COCO -> new Coco();
      case YOLO -> new Yolo(rows);
      case VOC -> new Voc();
      case CVAT -> new Cvat();
      case DATUMARO -> new Datumaro();
      case FOLDER -> new ImageFolder(images);
      case CSV -> new Csv();
    };
  }
}
