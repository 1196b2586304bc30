package dev.fovea.labels.coco;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Traits;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.Findings;
import dev.fovea.labels.format.LabelLimits;
import dev.fovea.labels.format.LabelMistake;
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
import org.jspecify.annotations.Nullable;

/** One entry of COCO's {@code annotations}, as it stands in the file. */
final class CocoAnnotation {
  // How far a stated area may be from the shape's and still be it, in parts: another order of sums.
  private static final double SAME_AREA = 1e-9;

  private final int line;
  private OptionalLong id = OptionalLong.empty();
  private OptionalLong image = OptionalLong.empty();
  private OptionalLong category = OptionalLong.empty();
  private double @Nullable [] bbox;
  private final List<double[]> polygons = new ArrayList<>();
  private @Nullable String counts;
  private double @Nullable [] runs;
  private double[] maskSize = {};
  private double[] keypoints = {};
  private OptionalDouble area = OptionalDouble.empty();
  private boolean crowd;
  private Map<String, Object> attributes = Map.of();
  private final CocoExtras extras = new CocoExtras(CocoExtras.MOST_CHARS);
  private final List<String> lost = new ArrayList<>();

  private CocoAnnotation(int line) {
    this.line = line;
  }

  static CocoAnnotation read(JsonCursor json, LabelLimits limits) throws IOException, LabelMistake {
    var annotation = new CocoAnnotation(json.line());
    json.object(name -> annotation.readField(name, json, limits));
    return annotation;
  }

  private void readField(String name, JsonCursor json, LabelLimits limits)
      throws IOException, LabelMistake {
    switch (name) {
      case "id" -> id = OptionalLong.of(json.whole());
      case "image_id" -> image = OptionalLong.of(json.whole());
      case "category_id" -> category = OptionalLong.of(json.whole());
      case "iscrowd" -> crowd = json.flag();
      case "num_keypoints" -> json.skip(); // it follows from the keypoints
      case "bbox" -> bbox = json.isList() ? json.numbers(limits.numbers()) : null;
      case "keypoints" -> keypoints = json.numbers(limits.numbers());
      case "area" -> {
        double value = json.number();
        area = Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
      }
      case "segmentation" -> readSegmentation(json, limits.numbers());
      case "attributes" ->
          attributes = json.attributes(field -> lost.add("the attribute '%s'".formatted(field)));
      default ->
          extras.read(name, json, field -> lost.add("the annotation field '%s'".formatted(field)));
    }
  }

  private void readSegmentation(JsonCursor json, int most) throws IOException, LabelMistake {
    if (json.isNull()) {
      return;
    }
    if (json.isList()) {
      var left = new int[] {most};
      json.list(() -> {
        var polygon = json.numbers(left[0]);
        left[0] -= Math.max(1, polygon.length); // an empty polygon takes memory, too
        polygons.add(polygon);
      });
      return;
    }
    json.object(name -> {
      switch (name) {
        case "size" -> maskSize = json.numbers(2);
        case "counts" -> {
          if (json.isText()) {
            counts = json.text();
          } else {
            runs = json.numbers(most);
          }
        }
        default -> json.skip();
      }
    });
  }

  int line() {
    return line;
  }

  OptionalLong image() {
    return image;
  }

  OptionalLong category() {
    return category;
  }

  /** Its words for a message. */
  String describe(String path) {
    return "annotation %s of '%s'"
        .formatted(id.isPresent() ? Long.toString(id.getAsLong()) : "without an id", path);
  }

  /**
   * As an annotation; absent where it has no place at all.
   *
   * @param what such as {@code annotation 7 of 'a.jpg'}
   */
  Optional<Annotation> resolve(
      String label, Optional<ImageSize> size, Findings findings, String file, String what) {
    lost.forEach(part -> findings.notKept(file, line, part));
    var points = keypoints(findings, file, what);
    var stated = box(findings, file, what);
    var outline = outline(size, findings, file, what);
    if (outline.isEmpty() && stated.isEmpty() && points.isEmpty()) {
      findings.add(
          Kind.UNREADABLE, file, line, what + " has no bbox, no segmentation and no keypoints");
      return Optional.empty();
    }
    var shape =
        outline.isPresent() ? outline.get() : stated.isPresent() ? stated.get() : NO_OUTLINE;
    var own = outline.isPresent() && !boundedByBbox(shape) ? stated : NO_BOX;
    var annotation =
        new Annotation(
            label,
            shape,
            points,
            own,
            sameArea(shape) ? OptionalDouble.empty() : area,
            id,
            Traits.NONE.withCrowd(crowd),
            Map.of(),
            extras.extras());
    return Optional.of(NamedTraits.apply(annotation, attributes));
  }

  private static final Shape NO_OUTLINE = new KeypointsOnly();
  private static final Optional<Box> NO_BOX = Optional.empty();

  // Whether the bounds of the shape, written as a bbox, are the numbers of the file. An empty mask
  // has none, and pycocotools writes zeros for it.
  private boolean boundedByBbox(Shape shape) {
    var bounds = shape.bounds().orElse(new Box(0, 0, 0, 0));
    var written = new double[] {bounds.x1(), bounds.y1(), bounds.width(), bounds.height()};
    return bbox != null && Arrays.equals(written, bbox);
  }

  private boolean sameArea(Shape shape) {
    double of = shape.area().orElse(0);
    return area.isPresent() && Math.abs(area.getAsDouble() - of) <= SAME_AREA * Math.abs(of);
  }

  private Optional<Box> box(Findings findings, String file, String what) {
    if (bbox == null) {
      return Optional.empty();
    }
    if (bbox.length != 4) {
      findings.add(
          Kind.UNREADABLE,
          file,
          line,
          "%s: a bbox of %d numbers (expected: x, y, width, height)".formatted(what, bbox.length));
      return Optional.empty();
    }
    return Optional.of(Box.ofSize(bbox[0], bbox[1], bbox[2], bbox[3]));
  }

  private Optional<Shape> outline(
      Optional<ImageSize> size, Findings findings, String file, String what) {
    if (counts != null || runs != null) {
      return mask(size, findings, file, what);
    }
    var parts = new ArrayList<Coordinates>();
    for (var polygon : polygons) {
      if (polygon.length % 2 == 0) {
        parts.add(Coordinates.of(polygon));
      } else {
        findings.add(
            Kind.UNREADABLE,
            file,
            line,
            "%s: a polygon of %d numbers (expected: x and y by turns)"
                .formatted(what, polygon.length));
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Polygons(parts));
  }

  private Optional<Shape> mask(
      Optional<ImageSize> size, Findings findings, String file, String what) {
    try {
      var stated =
          maskSize.length == 2
              ? ImageSize.stated(maskSize[1], maskSize[0])
              : Optional.<ImageSize>empty();
      if (stated.isEmpty()) {
        throw new IllegalArgumentException(
            "mask: size %s (expected: height, width)".formatted(Arrays.toString(maskSize)));
      }
      var mask =
          counts != null
              ? Mask.ofCompressed(stated.get(), counts)
              : Mask.ofRuns(stated.get(), whole(runs == null ? new double[0] : runs));
      if (size.isPresent() && !size.equals(stated)) {
        findings.add(
            Kind.OUTSIDE,
            file,
            line,
            "%s: a mask of %d x %d px (expected: the image's %d x %d px)"
                .formatted(
                    what,
                    mask.size().width(),
                    mask.size().height(),
                    size.get().width(),
                    size.get().height()));
      }
      return Optional.of(mask);
    } catch (IllegalArgumentException e) {
      findings.add(Kind.UNREADABLE, file, line, what + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static int[] whole(double[] runs) {
    return Arrays.stream(runs)
        .mapToInt(run -> {
          if (run != Math.rint(run) || run < 0 || run > Mask.MAX_PIXELS) {
            throw new IllegalArgumentException(
                "mask: a run of %s pixels (expected: 0 to %d)".formatted(run, Mask.MAX_PIXELS));
          }
          return (int) run;
        })
        .toArray();
  }

  private List<Keypoint> keypoints(Findings findings, String file, String what) {
    if (keypoints.length % 3 != 0) {
      findings.add(
          Kind.UNREADABLE,
          file,
          line,
          "%s: %d numbers of keypoints (expected: x, y, v for each)"
              .formatted(what, keypoints.length));
      return List.of();
    }
    var points = new ArrayList<Keypoint>();
    for (int i = 0; i < keypoints.length; i += 3) {
      var visibility = Visibility.of(keypoints[i + 2]);
      if (visibility.isEmpty()) {
        findings.add(
            Kind.UNREADABLE,
            file,
            line,
            "%s: keypoint %d has v %s, read as 2 (expected: 0, 1 or 2)"
                .formatted(what, i / 3, keypoints[i + 2]));
      }
      points.add(
          new Keypoint(keypoints[i], keypoints[i + 1], visibility.orElse(Visibility.VISIBLE)));
    }
    boolean marked = points.stream().anyMatch(point -> !point.equals(Keypoint.ABSENT));
    return marked ? points : List.of();
  }
}
