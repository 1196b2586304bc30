package dev.fovea.labels.cvat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.files.Spool;
import dev.fovea.labels.format.GroupedParts;
import dev.fovea.labels.format.LabelWriter;
import dev.fovea.labels.format.NamedTraits;
import dev.fovea.labels.xml.XmlText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes {@code annotations.xml}. Its head names the attributes of every label and the splits, so
 * the images wait in a temporary file.
 */
final class CvatWriter implements LabelWriter {
  private static final String NONE = "0";

  private final OutputStream out;
  private final Spool images = new Spool();
  private final Map<String, LabelClass> classes;
  private final Map<String, Map<String, String>> kinds = new TreeMap<>();
  private final TreeSet<String> splits = new TreeSet<>();
  private long count;

  CvatWriter(Sink sink, Classes classes) throws IOException {
    this.out = sink.create(Cvat.FILE);
    this.classes =
        classes.list().stream()
            .collect(
                Collectors.toMap(LabelClass::name, each -> each, (a, _) -> a, LinkedHashMap::new));
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    var attributes = new ArrayList<String>();
    add(attributes, "id", Long.toString(image.id().orElse(count++)));
    add(attributes, "name", image.path());
    if (!image.split().isEmpty()) {
      splits.add(image.split());
      add(attributes, "subset", image.split());
    }
    image
        .size()
        .ifPresent(size -> {
          add(attributes, "width", Integer.toString(size.width()));
          add(attributes, "height", Integer.toString(size.height()));
        });
    var xml = new XmlText(1).begin("image", attributes.toArray(String[]::new));
    GroupedParts.split(image.annotations()).forEach(part -> shape(part, xml));
    images.add(xml.end().toString());
  }

  private static void add(List<String> attributes, String name, String value) {
    attributes.add(name);
    attributes.add(value);
  }

  private void shape(Annotation part, XmlText xml) {
    var attributes = new ArrayList<String>();
    add(attributes, "label", part.label());
    add(attributes, "source", "manual");
    if (!(part.shape() instanceof WholeImage)) {
      add(attributes, "occluded", part.traits().occluded() ? "1" : NONE);
    }
    var tag =
        switch (part.shape()) {
          case WholeImage _ -> "tag";
          case KeypointsOnly _ -> "skeleton";
          case Box box -> box(box, attributes);
          case Polygons polygons -> points("polygon", polygons.parts().getFirst(), attributes);
          case Polyline line -> points("polyline", line.line(), attributes);
          case Points points -> points("points", points.points(), attributes);
          case Mask mask -> mask(mask, attributes);
        };
    if (!(part.shape() instanceof WholeImage)) {
      add(attributes, "z_order", Integer.toString(part.traits().zOrder()));
    }
    if (part.traits().group() != 0) {
      add(attributes, "group_id", Long.toString(part.traits().group()));
    }
    xml.begin(tag, attributes.toArray(String[]::new));
    free(part)
        .forEach((name, value) -> {
          var kind = kind(value);
          kinds
              .computeIfAbsent(part.label(), _ -> new TreeMap<>())
              .merge(name, kind, (a, b) -> a.equals(b) ? a : "text");
          xml.element("attribute", value.toString(), "name", name);
        });
    keypoints(part, xml);
    xml.end();
  }

  // Occlusion and rotation have places of their own here.
  private static Map<String, Object> free(Annotation part) {
    var plain = part.withTraits(part.traits().withOccluded(false));
    return NamedTraits.all(
        part.shape() instanceof Box box
            ? plain.withShape(new Box(box.x1(), box.y1(), box.x2(), box.y2()))
            : plain,
        true);
  }

  private static String kind(Object value) {
    return switch (value) {
      case Boolean _ -> "checkbox";
      case Number _ -> "number";
      default -> "text";
    };
  }

  private static String box(Box box, List<String> attributes) {
    add(attributes, "xtl", Decimals.text(box.x1()));
    add(attributes, "ytl", Decimals.text(box.y1()));
    add(attributes, "xbr", Decimals.text(box.x2()));
    add(attributes, "ybr", Decimals.text(box.y2()));
    if (box.rotation() != 0) {
      add(attributes, "rotation", Decimals.text(box.rotation()));
    }
    return "box";
  }

  private static String points(String tag, Coordinates points, List<String> attributes) {
    add(
        attributes,
        "points",
        IntStream.range(0, points.size())
            .mapToObj(i -> Decimals.text(points.x(i)) + "," + Decimals.text(points.y(i)))
            .collect(Collectors.joining(";")));
    return tag;
  }

  private static String mask(Mask mask, List<String> attributes) {
    var window = mask.window();
    add(
        attributes,
        "rle",
        Arrays.stream(window.runs()).mapToObj(Integer::toString).collect(Collectors.joining(", ")));
    add(attributes, "left", Integer.toString(window.left()));
    add(attributes, "top", Integer.toString(window.top()));
    add(attributes, "width", Integer.toString(window.width()));
    add(attributes, "height", Integer.toString(window.height()));
    return "mask";
  }

  private void keypoints(Annotation part, XmlText xml) {
    var names = names(part.label(), part.keypoints().size());
    for (int i = 0; i < part.keypoints().size(); i++) {
      var point = part.keypoints().get(i);
      xml.empty(
          "points",
          "label",
          names.get(i),
          "source",
          "manual",
          "outside",
          point.visibility() == Visibility.ABSENT ? "1" : NONE,
          "occluded",
          point.visibility() == Visibility.HIDDEN ? "1" : NONE,
          "points",
          Decimals.text(point.x()) + "," + Decimals.text(point.y()));
    }
  }

  private List<String> names(String label, int points) {
    var each = classes.get(label);
    if (each == null) {
      throw new IllegalArgumentException(
          "class '%s' (expected: one of those given)".formatted(label));
    }
    return each.keypoints().size() == points
        ? each.keypoints()
        : IntStream.rangeClosed(1, points).mapToObj(Integer::toString).toList();
  }

  @Override
  public void close() throws IOException {
    try (out;
        images) {
      out.write(head().getBytes(UTF_8));
      images.copyTo(out);
      out.write("</annotations>\n".getBytes(UTF_8));
    }
  }

  private String head() {
    var xml = new XmlText(1).element("version", "1.1").begin("meta");
    xml.begin(splits.isEmpty() ? "task" : "project").begin("labels");
    classes.values().forEach(each -> label(each, xml));
    xml.end();
    if (!splits.isEmpty()) {
      xml.begin("subsets");
      splits.forEach(split -> xml.element("subset", split));
      xml.end();
    }
    xml.end().end();
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n" + xml;
  }

  private void label(LabelClass each, XmlText xml) {
    xml.begin("label")
        .element("name", each.name())
        .element("type", each.keypoints().isEmpty() ? "any" : "skeleton")
        .begin("attributes");
    kinds
        .getOrDefault(each.name(), Map.of())
        .forEach((name, kind) ->
            xml.begin("attribute")
                .element("name", name)
                .element("mutable", "False")
                .element("input_type", kind)
                .element("default_value", kind.equals("checkbox") ? "false" : "")
                .element("values", "")
                .end());
    xml.end();
    if (!each.skeleton().isEmpty()) {
      xml.element(
          "svg",
          each.skeleton().stream()
              .map(joint ->
                  String.format(
                      Locale.ROOT,
                      "<line data-type=\"edge\" data-node-from=\"%d\" data-node-to=\"%d\"/>",
                      joint.from() + 1,
                      joint.to() + 1))
              .collect(Collectors.joining()));
    }
    xml.end();
    each.keypoints()
        .forEach(name ->
            xml.begin("label")
                .element("name", name)
                .element("type", "points")
                .begin("attributes")
                .end()
                .element("parent", each.name())
                .end());
  }
}
