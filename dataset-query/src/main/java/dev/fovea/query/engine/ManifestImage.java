package dev.fovea.query.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a version's manifest says of an image, as far as it goes into the tables.
 *
 * @param label the class of the whole image; empty where only its objects have classes
 * @param slice null where none was named
 * @param objects null where there are none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ManifestImage(
    String path,
    String md5,
    long bytes,
    String label,
    String split,
    @Nullable String slice,
    @Nullable List<Thing> objects) {
  ManifestImage {
    Objects.requireNonNull(path, "a sample without a path");
    Objects.requireNonNull(md5, "a sample without an MD5");
    Objects.requireNonNull(label, "a sample without a label");
    Objects.requireNonNull(split, "a sample without a split");
  }

  /**
   * An object in it.
   *
   * @param x1 to y2 the upright box around it, in pixels of the image, right and lower edge
   *     exclusive
   * @param area in square pixels; 0 where it encloses nothing
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Thing(String label, Kind kind, double x1, double y1, double x2, double y2, double area) {
    Thing {
      Objects.requireNonNull(label, "an object without a label");
      Objects.requireNonNull(kind, "an object without a kind");
    }
  }

  /** How an object's place is given. */
  enum Kind {
    BOX("box"),
    ROTATED("rotated box"),
    POLYGON("polygon"),
    MASK("mask"),
    POLYLINE("polyline"),
    POINTS("points"),
    KEYPOINTS("keypoints");

    /** As the tables call it. */
    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    /** Whether it encloses something. */
    boolean hasArea() {
      return this != POLYLINE && this != POINTS && this != KEYPOINTS;
    }
  }
}
