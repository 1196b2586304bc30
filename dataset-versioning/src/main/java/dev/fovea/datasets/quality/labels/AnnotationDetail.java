package dev.fovea.datasets.quality.labels;

import dev.fovea.kernel.Digest;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import java.nio.charset.StandardCharsets;

/**
 * A digest of everything that an annotation says but its class and its number in the label file.
 * Numbers are written so that equal ones have one text, and texts with their length before them.
 */
final class AnnotationDetail {
  private static final int DIGITS = 16;

  private final StringBuilder text = new StringBuilder("fovea-object-1");

  private AnnotationDetail() {}

  /** 16 hex digits. */
  static String of(Annotation annotation) {
    var detail = new AnnotationDetail();
    detail.shape(annotation.shape());
    detail.part("keypoints");
    annotation
        .keypoints()
        .forEach(point -> detail.numbers(point.x(), point.y(), point.visibility().number()));
    detail.part("box");
    annotation.box().ifPresent(detail::box);
    detail.part("area");
    annotation.area().ifPresent(detail::numbers);
    detail.traits(annotation);
    detail.attributes(annotation);
    return Digest.sha256(detail.text.toString().getBytes(StandardCharsets.UTF_8))
        .hex()
        .substring(0, DIGITS);
  }

  private void shape(Shape shape) {
    switch (shape) {
      case WholeImage _ -> part("whole");
      case KeypointsOnly _ -> part("keypoints-only");
      case Box box -> {
        part("box");
        box(box);
      }
      case Polygons polygons -> polygons.parts().forEach(outline -> points("polygon", outline));
      case Polyline line -> points("polyline", line.line());
      case Points points -> points("points", points.points());
      case Mask mask -> {
        part("mask");
        numbers(mask.size().width(), mask.size().height());
        text.append(' ').append(mask.compressed());
      }
    }
  }

  private void traits(Annotation annotation) {
    var traits = annotation.traits();
    part("traits");
    text.append(traits.crowd() ? " crowd" : "")
        .append(traits.occluded() ? " occluded" : "")
        .append(traits.truncated() ? " truncated" : "")
        .append(traits.difficult() ? " difficult" : "");
    text.append(' ').append(traits.group()).append(' ').append(traits.zOrder());
  }

  private void attributes(Annotation annotation) {
    annotation
        .attributes()
        .forEach((name, value) -> {
          part("attribute");
          counted(name);
          text.append(' ').append(value.getClass().getSimpleName());
          counted(value.toString());
        });
  }

  private void box(Box box) {
    numbers(box.x1(), box.y1(), box.x2(), box.y2(), box.rotation());
  }

  private void points(String kind, Coordinates points) {
    part(kind);
    numbers(points.toArray());
  }

  private void part(String name) {
    text.append('\n').append(name);
  }

  private void numbers(double... values) {
    for (double value : values) {
      text.append(' ').append(value);
    }
  }

  private void counted(String value) {
    text.append(' ').append(value.length()).append(' ').append(value);
  }
}
