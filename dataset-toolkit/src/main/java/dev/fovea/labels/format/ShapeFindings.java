package dev.fovea.labels.format;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.format.Finding.Kind;
import java.util.Optional;

/** Judges the place of annotations that were read, each against its image. */
public final class ShapeFindings {
  /** How far beyond an edge is still on it, in parts of the image's size: float32 in a file. */
  private static final double TOLERANCE = 1e-6;

  private final Findings findings;
  private final String file;

  /**
   * @param file the label file, for messages
   */
  public ShapeFindings(Findings findings, String file) {
    this.findings = findings;
    this.file = file;
  }

  /**
   * Finds what is wrong with the place of an annotation.
   *
   * @param line from 1; 0 where the format has none
   * @param what such as {@code box 3 of 'a.jpg'}
   */
  public void judge(Annotation annotation, Optional<ImageSize> size, int line, String what) {
    switch (annotation.shape()) {
      case WholeImage _, KeypointsOnly _, Mask _ -> {}
      case Box box -> judge(box, size, line, what);
      case Polygons polygons -> {
        for (var part : polygons.parts()) {
          if (judge(part, 3, size, line, what) && part.area() == 0) {
            add(Kind.EMPTY, line, what, Text.excerpt(part.toString()) + " encloses nothing");
          }
        }
      }
      case Polyline polyline -> judge(polyline.line(), 2, size, line, what);
      case Points points -> judge(points.points(), 1, size, line, what);
    }
    annotation.box().ifPresent(box -> judge(box, size, line, what));
    for (var point : annotation.keypoints()) {
      if (point.visibility() != Keypoint.Visibility.ABSENT) {
        judge(Coordinates.of(point.x(), point.y()), 1, size, line, what);
      }
    }
  }

  private void judge(Box box, Optional<ImageSize> size, int line, String what) {
    if (!Double.isFinite(box.x1() + box.y1() + box.x2() + box.y2() + box.rotation())) {
      add(Kind.NOT_FINITE, line, what, box + " is not finite");
    } else if (box.x2() < box.x1()) {
      add(Kind.INVERTED, line, what, inverted("x", box.x1(), box.x2()));
    } else if (box.y2() < box.y1()) {
      add(Kind.INVERTED, line, what, inverted("y", box.y1(), box.y2()));
    } else if (box.x1() == box.x2() || box.y1() == box.y2()) {
      add(Kind.EMPTY, line, what, box + " encloses nothing");
    } else {
      box.bounds().ifPresent(bounds -> requireInside(bounds, size, line, what));
    }
  }

  private boolean judge(
      Coordinates points, int fewest, Optional<ImageSize> size, int line, String what) {
    for (double value : points.toArray()) {
      if (!Double.isFinite(value)) {
        add(Kind.NOT_FINITE, line, what, Text.excerpt(points.toString()) + " is not finite");
        return false;
      }
    }
    if (points.size() < fewest) {
      add(
          Kind.EMPTY,
          line,
          what,
          "%d points (expected: at least %d)".formatted(points.size(), fewest));
    }
    points.bounds().ifPresent(bounds -> requireInside(bounds, size, line, what));
    return points.size() >= fewest;
  }

  private void requireInside(Box box, Optional<ImageSize> stated, int line, String what) {
    if (stated.isEmpty()) {
      return;
    }
    var size = stated.get();
    double right = size.width() * (1 + TOLERANCE);
    double bottom = size.height() * (1 + TOLERANCE);
    if (box.x1() < size.width() * -TOLERANCE
        || box.y1() < size.height() * -TOLERANCE
        || box.x2() > right
        || box.y2() > bottom) {
      add(
          Kind.OUTSIDE,
          line,
          what,
          "[%s, %s) x [%s, %s) (expected: inside %d x %d px)"
              .formatted(box.x1(), box.x2(), box.y1(), box.y2(), size.width(), size.height()));
    }
  }

  private static String inverted(String axis, double first, double second) {
    return "%s2 %s < %s1 %s (expected: %s1 < %s2)".formatted(axis, second, axis, first, axis, axis);
  }

  private void add(Kind kind, int line, String what, String text) {
    findings.add(kind, file, line, what + ": " + text);
  }
}
