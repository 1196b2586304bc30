package dev.fovea.labels.datumaro;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.Traits;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.NamedTraits;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** One entry of an item's {@code annotations}, as it stands in the file. */
final class DatumaroAnnotation {
  private static final Set<String> IGNORED = Set.of("caption", "position", "rotation", "scale");

  private final int line;
  private String type = "";
  private OptionalLong id = OptionalLong.empty();
  private OptionalDouble area = OptionalDouble.empty();
  private long label = -1;
  private long group;
  private long zOrder;
  private double[] points = {};
  private double[] bbox = {};
  private double[] visibility = {};
  private String counts = "";
  private double[] maskSize = {};
  private Map<String, Object> attributes = Map.of();
  private final List<String> lost = new ArrayList<>();

  private DatumaroAnnotation(int line) {
    this.line = line;
  }

  static DatumaroAnnotation read(JsonCursor json, int mostNumbers)
      throws IOException, LabelMistake {
    var annotation = new DatumaroAnnotation(json.line());
    json.object(name -> annotation.readField(name, json, mostNumbers));
    return annotation;
  }

  private void readField(String name, JsonCursor json, int most) throws IOException, LabelMistake {
    switch (name) {
      case "type" -> type = json.text();
      case "id" -> {
        // 0 is what Datumaro writes for none.
        long number = json.isNull() ? 0 : json.whole();
        id = number == 0 ? OptionalLong.empty() : OptionalLong.of(number);
      }
      case "area" -> area = OptionalDouble.of(json.number());
      case "label_id" -> label = json.isNull() ? -1 : json.whole();
      case "group" -> group = json.isNull() ? 0 : json.whole();
      case "z_order" -> zOrder = json.isNull() ? 0 : json.whole();
      case "bbox" -> bbox = json.numbers(4);
      case "visibility" -> visibility = json.numbers(most);
      case "points" -> {
        if (type.equals("cuboid_2d")) {
          json.skip();
        } else {
          points = json.numbers(most);
        }
      }
      case "rle" ->
          json.object(field -> {
            switch (field) {
              case "counts" -> counts = json.text();
              case "size" -> maskSize = json.numbers(2);
              default -> json.skip();
            }
          });
      case "attributes" ->
          attributes = json.attributes(field -> lost.add("the attribute '%s'".formatted(field)));
      default -> {
        json.skip();
        if (!IGNORED.contains(name)) {
          lost.add("the annotation field '%s'".formatted(name));
        }
      }
    }
  }

  int line() {
    return line;
  }

  /** Its words for a message. */
  String describe(int place, String path) {
    return "%s %d of '%s'".formatted(Text.excerpt(type), place, Text.excerpt(path));
  }

  /** As a part of an object; absent, and found, where it cannot be one. */
  Optional<Annotation> resolve(
      DatumaroLabels labels,
      Optional<ImageSize> size,
      LabelSource source,
      String file,
      String what) {
    lost.forEach(part -> source.findings().notKept(file, line, part));
    var name = labels.name(label);
    Optional<Shape> shape;
    try {
      shape = shape(labels.keypoints(label));
    } catch (IllegalArgumentException e) {
      source.findings().add(Kind.UNREADABLE, file, line, what + ": " + e.getMessage());
      return Optional.empty();
    }
    if (shape.isEmpty()) {
      if (type.equals("caption")) {
        source.findings().notKept(file, line, "a caption");
      } else {
        source
            .findings()
            .add(Kind.OTHER_SHAPE, file, line, "%s: type '%s' is not read".formatted(what, type));
      }
      return Optional.empty();
    }
    if (name.isEmpty()) {
      source
          .findings()
          .add(
              Kind.UNKNOWN_CLASS,
              file,
              line,
              "%s: label_id %d (expected: the place of a label)".formatted(what, label));
      return Optional.empty();
    }
    if (shape.get() instanceof Mask mask && size.isPresent() && !mask.size().equals(size.get())) {
      source
          .findings()
          .add(
              Kind.OUTSIDE,
              file,
              line,
              "%s: a mask of another size than its image".formatted(what));
    }
    var annotation =
        Annotation.of(name.get(), shape.get())
            .withId(id)
            .withArea(area)
            .withTraits(Traits.NONE.withGroup(group).withZOrder((int) zOrder));
    if (shape.get() instanceof KeypointsOnly) {
      annotation = annotation.withKeypoints(keypoints());
    }
    return Optional.of(NamedTraits.apply(annotation, attributes));
  }

  private Optional<Shape> shape(int keypoints) {
    return Optional.ofNullable(
        switch (type) {
          case "label" -> new WholeImage();
          case "bbox" -> {
            requireCount(bbox.length == 4, "bbox", bbox);
            yield Box.ofSize(bbox[0], bbox[1], bbox[2], bbox[3]);
          }
          case "polygon" -> new Polygons(Coordinates.of(points));
          case "polyline" -> new Polyline(Coordinates.of(points));
          case "points" -> {
            requireCount(points.length % 2 == 0, "points", points);
            yield keypoints > 0 && points.length == 2 * keypoints
                ? new KeypointsOnly()
                : new Points(Coordinates.of(points));
          }
          case "mask" -> {
            requireCount(maskSize.length == 2, "rle.size", maskSize);
            yield Mask.ofCompressed(
                ImageSize.stated(maskSize[1], maskSize[0])
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "rle.size: %s (expected: height, width)"
                                .formatted(Arrays.toString(maskSize)))),
                counts);
          }
          default -> null;
        });
  }

  private static void requireCount(boolean fine, String field, double[] numbers) {
    if (!fine) {
      throw new IllegalArgumentException(
          "%s: %d numbers (expected: x, y, width, height; x and y by turns; height, width)"
              .formatted(field, numbers.length));
    }
  }

  private List<Keypoint> keypoints() {
    var keypoints = new ArrayList<Keypoint>();
    for (int i = 0; i < points.length / 2; i++) {
      var seen =
          i < visibility.length ? Visibility.of(visibility[i]) : Optional.<Visibility>empty();
      keypoints.add(
          new Keypoint(points[2 * i], points[2 * i + 1], seen.orElse(Visibility.VISIBLE)));
    }
    return keypoints;
  }
}
