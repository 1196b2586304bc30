package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import java.util.Comparator;
import java.util.List;

/** What is drawn of an object: as many points as a picture needs. */
final class Outline {
  private static final int MOST_PARTS = 8;

  private Outline() {}

  /**
   * The parts of a polygon, the corners of a rotated box; nothing for other shapes. Of more than
   * {@link LabelledObject#MOST_POINTS} points every n-th one, of the largest parts.
   */
  static List<Coordinates> of(Shape shape) {
    return switch (shape) {
      case Polygons polygons -> thinned(polygons.parts());
      case Box box when box.rotation() != 0 -> List.of(box.corners());
      default -> List.of();
    };
  }

  private static List<Coordinates> thinned(List<Coordinates> parts) {
    if (parts.stream().mapToInt(Coordinates::size).sum() <= LabelledObject.MOST_POINTS) {
      return parts;
    }
    var largest =
        parts.stream()
            .sorted(Comparator.comparingDouble(Coordinates::area).reversed())
            .limit(MOST_PARTS)
            .toList();
    int each = LabelledObject.MOST_POINTS / largest.size();
    return largest.stream().map(part -> thinned(part, each)).toList();
  }

  private static Coordinates thinned(Coordinates part, int most) {
    if (part.size() <= most) {
      return part;
    }
    var points = new double[2 * most];
    for (int i = 0; i < most; i++) {
      int from = (int) ((long) i * part.size() / most);
      points[2 * i] = part.x(from);
      points[2 * i + 1] = part.y(from);
    }
    return Coordinates.of(points);
  }
}
