package dev.fovea.labels.coco;

import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One of COCO's files in a dataset.
 *
 * @param path inside the dataset
 * @param split that it describes; empty for none
 * @param images the folder that its {@code file_name}s lie in, with a {@code /} at the end; empty
 *     for the dataset itself
 */
record CocoFile(String path, String split, String images) {
  private static final String FOLDER = "annotations/";
  private static final String JSON = ".json";
  private static final String INSTANCES = "instances_";
  private static final List<String> KINDS =
      List.of(INSTANCES, "person_keypoints_", "captions_", "stuff_", "panoptic_", "image_info_");
  private static final String ROBOFLOW = "_annotations.coco.json";
  private static final String UNNAMED = "default";

  /** Where Fovea writes a split. */
  static String written(String split) {
    return FOLDER + INSTANCES + (split.isEmpty() ? UNNAMED : split) + JSON;
  }

  /**
   * The files of a dataset, sorted: {@code annotations/instances_SPLIT.json} as COCO and Fovea name
   * them; where there is none, every {@code annotations/SPLIT.json}; without such a folder, as
   * Roboflow names them, every {@code SPLIT/_annotations.coco.json}.
   */
  static List<CocoFile> find(LabelSource source) throws IOException {
    var instances = new ArrayList<CocoFile>();
    var others = new ArrayList<CocoFile>();
    var beside = source.folder().list(FOLDER.substring(0, FOLDER.length() - 1));
    for (var path : beside.isEmpty() ? source.folder().list("") : beside) {
      int slash = path.lastIndexOf('/') + 1;
      var name = path.substring(slash);
      if (name.equals(ROBOFLOW) && slash > 0) {
        var split = path.substring(0, slash - 1);
        others.add(
            new CocoFile(path, split.equals("valid") ? "val" : split, path.substring(0, slash)));
      } else if (path.startsWith(FOLDER) && slash == FOLDER.length() && name.endsWith(JSON)) {
        (name.startsWith(INSTANCES) ? instances : others)
            .add(new CocoFile(path, split(name.substring(0, name.length() - JSON.length())), ""));
      }
    }
    if (instances.isEmpty()) {
      return others;
    }
    others.forEach(file -> source.findings().notKept(file.path(), 0, "a file beside instances"));
    return instances;
  }

  private static String split(String name) {
    var split =
        KINDS.stream()
            .filter(name::startsWith)
            .findFirst()
            .map(kind -> name.substring(kind.length()))
            .orElse(name);
    return split.equals(UNNAMED) ? "" : split;
  }
}
