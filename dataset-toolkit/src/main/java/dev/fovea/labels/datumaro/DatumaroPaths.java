package dev.fovea.labels.datumaro;

import dev.fovea.dvc.RelativePath;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.List;

/** Where Datumaro puts annotations and images. */
final class DatumaroPaths {
  private static final String ANNOTATIONS = "annotations";
  private static final String IMAGES = "images/";
  private static final String JSON = ".json";
  private static final String UNNAMED = "default";

  private DatumaroPaths() {}

  static List<String> files(LabelSource source) throws IOException {
    return source.folder().list(ANNOTATIONS).stream()
        .filter(path -> path.endsWith(JSON) && path.indexOf('/', ANNOTATIONS.length() + 1) < 0)
        .toList();
  }

  static String file(String split) {
    return ANNOTATIONS + "/" + (split.isEmpty() ? UNNAMED : split) + JSON;
  }

  static String split(String file) {
    var name = file.substring(ANNOTATIONS.length() + 1, file.length() - JSON.length());
    return name.equals(UNNAMED) ? "" : name;
  }

  /** An image's path as Datumaro looks for it: below {@code images/SPLIT} or {@code images}. */
  static String shortened(String path, String split) {
    var folder = IMAGES + (split.isEmpty() ? UNNAMED : split) + "/";
    if (path.startsWith(folder)) {
      return path.substring(folder.length());
    }
    return path.startsWith(IMAGES) ? path.substring(IMAGES.length()) : path;
  }

  /** A path without its suffix, which is an item's id. */
  static String stem(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') ? path.substring(0, dot) : path;
  }

  /**
   * Where an image lies that a file names so.
   *
   * @param stated by {@code image.path}; absolute where images were not exported with the file
   */
  static String path(LabelSource source, String split, String id, String stated)
      throws IOException {
    boolean usable = RelativePath.fault(stated).isEmpty();
    var suffix = stated.substring(stem(stated.replace('\\', '/')).length());
    var name = usable ? stated : id + (suffix.isEmpty() ? ".jpg" : suffix);
    var folder = IMAGES + (split.isEmpty() ? UNNAMED : split) + "/";
    for (var candidate : List.of(folder + name, IMAGES + name, name)) {
      if (RelativePath.fault(candidate).isEmpty() && source.folder().has(candidate)) {
        return candidate;
      }
    }
    return folder + name;
  }
}
