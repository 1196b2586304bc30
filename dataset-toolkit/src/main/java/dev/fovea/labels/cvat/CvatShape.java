package dev.fovea.labels.cvat;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Decimals;
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
import dev.fovea.labels.xml.XmlCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;

/** Reads one shape of an image. */
final class CvatShape {
  private final LabelSource source;
  private final CvatLabels labels;
  private final XmlCursor xml;

  CvatShape(LabelSource source, CvatLabels labels, XmlCursor xml) {
    this.source = source;
    this.labels = labels;
    this.xml = xml;
  }

  /** The shape at the cursor; absent, and found, where it cannot be read. */
  Optional<Annotation> read(String tag, Optional<ImageSize> size, String what)
      throws IOException, LabelMistake {
    int line = xml.line();
    Optional<? extends Shape> shape;
    try {
      shape =
          switch (tag) {
            case "tag" -> Optional.of(new WholeImage());
            case "box" -> Optional.of(box());
            case "polygon" -> Optional.of(new Polygons(points()));
            case "polyline" -> Optional.of(new Polyline(points()));
            case "points" -> Optional.of(new Points(points()));
            case "mask" -> Optional.of(mask(size));
            case "skeleton" -> Optional.of(new KeypointsOnly());
            default -> Optional.empty();
          };
    } catch (IllegalArgumentException e) {
      source.findings().add(Kind.UNREADABLE, xml.file(), line, what + ": " + e.getMessage());
      return Optional.empty();
    }
    if (shape.isEmpty()) {
      source
          .findings()
          .add(Kind.OTHER_SHAPE, xml.file(), line, what + " is of a kind that is not read");
      return Optional.empty();
    }
    var label = xml.required("label");
    if (!labels.has(label)) {
      source
          .findings()
          .add(
              Kind.UNKNOWN_CLASS,
              xml.file(),
              line,
              "%s: label '%s' (expected: one of <labels>)".formatted(what, Text.excerpt(label)));
      return Optional.empty();
    }
    var traits =
        Traits.NONE
            .withOccluded(xml.attribute("occluded").equals(Optional.of("1")))
            .withGroup((long) xml.number("group_id", 0))
            .withZOrder((int) xml.number("z_order", 0));
    var plain = Annotation.of(label, shape.get()).withTraits(traits);
    return Optional.of(withChildren(plain, line, what));
  }

  private Box box() throws LabelMistake {
    return new Box(
        xml.number("xtl"),
        xml.number("ytl"),
        xml.number("xbr"),
        xml.number("ybr"),
        xml.number("rotation", 0));
  }

  private Coordinates points() throws LabelMistake {
    var numbers = new StringTokenizer(xml.required("points"), ",;");
    int count = numbers.countTokens();
    if (count > source.limits().numbers()) {
      throw xml.mistake("more than %d coordinates".formatted(source.limits().numbers()));
    }
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(numbers.nextToken().strip());
    }
    return Coordinates.of(values);
  }

  private double value(String text) throws LabelMistake {
    return Decimals.parse(text)
        .orElseThrow(
            () -> xml.mistake("points: '%s' (expected: a number)".formatted(Text.excerpt(text))));
  }

  private Mask mask(Optional<ImageSize> size) throws LabelMistake {
    var numbers = new StringTokenizer(xml.required("rle"), ", ");
    int count = numbers.countTokens();
    if (count > source.limits().numbers()) {
      throw xml.mistake("more than %d runs".formatted(source.limits().numbers()));
    }
    var runs = new int[count];
    for (int i = 0; i < count; i++) {
      runs[i] = pixels("rle", value(numbers.nextToken()));
    }
    return Mask.ofWindow(
        size.orElseThrow(() -> new IllegalArgumentException("mask: the image has no size")),
        new Mask.Window(
            pixels("left", xml.number("left")),
            pixels("top", xml.number("top")),
            pixels("width", xml.number("width")),
            pixels("height", xml.number("height")),
            runs));
  }

  private static int pixels(String name, double value) {
    if (value != Math.rint(value) || value < 0 || value > Mask.MAX_PIXELS) {
      throw new IllegalArgumentException(
          "mask: %s %s px (expected: a whole number from 0 to %d)"
              .formatted(name, value, Mask.MAX_PIXELS));
    }
    return (int) value;
  }

  private Annotation withChildren(Annotation plain, int line, String what)
      throws IOException, LabelMistake {
    var attributes = new HashMap<String, Object>();
    var keypoints = new HashMap<String, Keypoint>();
    var order = new ArrayList<String>();
    xml.children(tag -> {
      switch (tag) {
        case "attribute" -> {
          var name = xml.required("name");
          attributes.put(name, labels.value(plain.label(), name, xml.text()));
        }
        case "points" -> {
          var name = xml.required("label");
          order.add(name);
          keypoints.put(name, keypoint());
        }
        default -> source.findings().notKept(xml.file(), line, "<%s> of a shape".formatted(tag));
      }
    });
    var annotation = NamedTraits.apply(plain, attributes);
    return plain.shape() instanceof KeypointsOnly
        ? annotation.withKeypoints(inOrder(plain.label(), keypoints, order, line, what))
        : annotation;
  }

  private Keypoint keypoint() throws LabelMistake {
    boolean outside = xml.attribute("outside").equals(Optional.of("1"));
    boolean occluded = xml.attribute("occluded").equals(Optional.of("1"));
    var at = points();
    if (at.size() != 1) {
      throw xml.mistake("%d points of a keypoint (expected: 1)".formatted(at.size()));
    }
    return new Keypoint(
        at.x(0),
        at.y(0),
        outside ? Visibility.ABSENT : occluded ? Visibility.HIDDEN : Visibility.VISIBLE);
  }

  private List<Keypoint> inOrder(
      String label, Map<String, Keypoint> keypoints, List<String> order, int line, String what) {
    var names = labels.keypoints(label).isEmpty() ? order : labels.keypoints(label);
    if (!names.containsAll(order)) {
      source
          .findings()
          .add(
              Kind.UNREADABLE,
              xml.file(),
              line,
              "%s: a point '%s' (expected: one of its label's)"
                  .formatted(
                      what,
                      Text.excerpt(
                          order.stream()
                              .filter(name -> !names.contains(name))
                              .findFirst()
                              .orElse(""))));
    }
    return names.isEmpty()
        ? Collections.emptyList()
        : names.stream().map(name -> keypoints.getOrDefault(name, Keypoint.ABSENT)).toList();
  }
}
