package dev.fovea.datasets;

import dev.fovea.labels.Coordinates;
import java.util.Comparator;
import java.util.List;

/**
 * One object in an image. Two are equal when their labels say the same of it, whatever number the
 * label file gives it.
 *
 * @param label its class
 * @param x1 the left edge of the upright box around it, in pixels of the decoded image, whose upper
 *     left corner is (0, 0)
 * @param y1 the upper edge
 * @param x2 the right edge, exclusive
 * @param y2 the lower edge, exclusive
 * @param outline of a polygon its parts, of a rotated box its corners, x and y by turns; thinned
 *     where there are more than {@value #MOST_POINTS} points; else empty
 * @param area in square pixels, as its source states it, else of its shape; 0 where it encloses
 *     nothing
 * @param detail 16 hex digits of a SHA-256 of all that its labels say: another one, another
 *     annotation
 */
public record LabelledObject(
    String label,
    Kind kind,
    double x1,
    double y1,
    double x2,
    double y2,
    List<Coordinates> outline,
    double area,
    String detail) {
  /** How many points an outline has at most, in all its parts. */
  public static final int MOST_POINTS = 64;

  /** By place, then by what is there: an order that does not depend on the label file's. */
  static final Comparator<LabelledObject> BY_PLACE =
      Comparator.comparingDouble(LabelledObject::x1)
          .thenComparingDouble(LabelledObject::y1)
          .thenComparingDouble(LabelledObject::x2)
          .thenComparingDouble(LabelledObject::y2)
          .thenComparing(LabelledObject::label)
          .thenComparing(LabelledObject::detail);

  /** How its place is given. */
  public enum Kind {
    BOX("box", "boxes"),
    ROTATED("rotated box", "rotated boxes"),
    POLYGON("polygon", "polygons"),
    MASK("mask", "masks"),
    POLYLINE("polyline", "polylines"),
    POINTS("set of points", "sets of points"),
    KEYPOINTS("set of keypoints", "sets of keypoints");

    private final String one;
    private final String several;

    Kind(String one, String several) {
      this.one = one;
      this.several = several;
    }

    /** As people call it, for one of them or for several. */
    public String noun(boolean isOne) {
      return isOne ? one : several;
    }
  }

  public LabelledObject {
    outline = List.copyOf(outline);
  }
}
