package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.format.Findings;
import dev.fovea.labels.format.ShapeFindings;
import java.util.Optional;

/**
 * Makes objects of annotations that can be drawn in their image. What is wrong with the others the
 * readers have found by the same rules, with its line. Not thread-safe.
 */
final class SoundObjects {
  private final ShapeFindings rules = new ShapeFindings(new Findings(_ -> sound = false), "");
  private boolean sound;

  /** An annotation of an object; absent where its place is none. */
  Optional<LabelledObject> of(Annotation annotation, ImageSize size) {
    sound = true;
    rules.judge(annotation, Optional.of(size), 0, "");
    boolean fits = !(annotation.shape() instanceof Mask mask) || mask.size().equals(size);
    return sound && fits
        ? annotation.bounds().flatMap(Box::bounds).map(bounds -> object(annotation, bounds))
        : Optional.empty();
  }

  private static LabelledObject object(Annotation annotation, Box bounds) {
    return new LabelledObject(
        annotation.label(),
        kind(annotation.shape()),
        bounds.x1(),
        bounds.y1(),
        bounds.x2(),
        bounds.y2(),
        Outline.of(annotation.shape()),
        area(annotation),
        AnnotationDetail.of(annotation));
  }

  private static double area(Annotation annotation) {
    double stated = annotation.area().orElse(-1);
    return stated >= 0 && Double.isFinite(stated) ? stated : annotation.shape().area().orElse(0);
  }

  private static Kind kind(Shape shape) {
    return switch (shape) {
      case Box box -> box.rotation() == 0 ? Kind.BOX : Kind.ROTATED;
      case Polygons _ -> Kind.POLYGON;
      case Mask _ -> Kind.MASK;
      case Polyline _ -> Kind.POLYLINE;
      case Points _ -> Kind.POINTS;
      case KeypointsOnly _ -> Kind.KEYPOINTS;
      case WholeImage _ ->
          throw new IllegalArgumentException("a class of the whole image is no object");
    };
  }
}
