package dev.fovea.labels.yolo;

import java.util.Locale;
import java.util.Set;

/** Ultralytics' rules for paths ({@code img2label_paths}, {@code IMG_FORMATS}). */
final class YoloPaths {
  static final String DATA = "data.yaml";
  private static final Set<String> SUFFIXES =
      Set.of(
          "bmp", "dng", "jpeg", "jpg", "mpo", "png", "tif", "tiff", "webp", "pfm", "heic", "avif");

  private YoloPaths() {}

  static boolean isImage(String path) {
    return SUFFIXES.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** Where the labels of an image lie. */
  static String labels(String image) {
    int dot = image.lastIndexOf('.');
    var stem = dot > image.lastIndexOf('/') ? image.substring(0, dot) : image;
    var rooted = "/" + stem;
    int at = rooted.lastIndexOf("/images/");
    return at < 0
        ? stem + ".txt"
        : (rooted.substring(0, at) + "/labels/" + rooted.substring(at + "/images/".length()))
                .substring(1)
            + ".txt";
  }

  /** A path of data.yaml, whose folder is the dataset; empty for the dataset itself. */
  static String inDataset(String path) {
    var inside = path.strip();
    // Roboflow writes ../train/images for a folder beside data.yaml, and Ultralytics forgives it.
    while (inside.startsWith("../") || inside.startsWith("./")) {
      inside = inside.substring(inside.indexOf('/') + 1);
    }
    inside = inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside;
    return inside.equals(".") || inside.equals("..") ? "" : inside;
  }
}
