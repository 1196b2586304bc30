package dev.fovea.labels.datumaro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
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
import dev.fovea.labels.format.GroupedParts;
import dev.fovea.labels.format.LabelWriter;
import dev.fovea.labels.format.NamedTraits;
import dev.fovea.labels.json.JsonLine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Writes {@code annotations/SPLIT.json} for each split, one image a line. */
final class DatumaroWriter implements LabelWriter {
  private static final int IMAGES = 2; // Datumaro's MediaType
  private static final int VISIBLE = 2;

  private final Sink sink;
  private final List<LabelClass> classes;
  private final Map<String, Integer> places;
  private final Map<String, OutputStream> splits = new TreeMap<>();
  private final Map<String, Long> counts = new HashMap<>();

  DatumaroWriter(Sink sink, Classes classes) {
    this.sink = sink;
    this.classes = classes.list();
    this.places = classes.places();
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    var split = split(image.split());
    boolean first = counts.merge(image.split(), 1L, Long::sum) == 1;
    split.write(((first ? "\n" : ",\n") + item(image)).getBytes(UTF_8));
  }

  private OutputStream split(String name) throws IOException {
    var split = splits.get(name);
    if (split == null) {
      split = sink.create(DatumaroPaths.file(name));
      splits.put(name, split);
      split.write(head().getBytes(UTF_8));
    }
    return split;
  }

  private String head() {
    var line =
        new JsonLine()
            .field("dm_format_version", "1.0")
            .field("media_type", (long) IMAGES)
            .beginObject("infos")
            .endObject()
            .beginObject("categories")
            .beginObject("label")
            .beginList("labels");
    for (var each : classes) {
      line.beginObject().field("name", each.name()).field("parent", each.parent());
      each.id().ifPresent(id -> line.field("id", id));
      line.beginList("attributes").endList().endObject();
    }
    line.endList()
        .beginList("label_groups")
        .endList()
        .beginList("attributes")
        .endList()
        .endObject();
    line.beginObject("points").beginList("items");
    for (int i = 0; i < classes.size(); i++) {
      if (!classes.get(i).keypoints().isEmpty()) {
        keypoints(i, classes.get(i), line);
      }
    }
    line.endList().endObject().endObject();
    var text = line.end();
    return text.substring(0, text.length() - 1) + ",\"items\":[";
  }

  private static void keypoints(int place, LabelClass each, JsonLine line) {
    line.beginObject().field("label_id", (long) place).beginList("labels");
    each.keypoints().forEach(line::entry);
    line.endList().beginList("joints");
    each.skeleton().forEach(joint -> line.entry(joint.from() + 1, joint.to() + 1));
    line.endList().beginList("positions").endList().endObject();
  }

  private String item(LabelledImage image) {
    var path = DatumaroPaths.shortened(image.path(), image.split());
    var line = new JsonLine().field("id", DatumaroPaths.stem(path)).field("path", image.path());
    line.beginList("annotations");
    GroupedParts.split(image.annotations()).forEach(part -> annotation(part, line));
    line.endList();
    var attributes = new TreeMap<String, Object>();
    image.id().ifPresent(id -> attributes.put("id", id));
    image.slice().ifPresent(slice -> attributes.put("slice", slice));
    if (!attributes.isEmpty()) {
      line.field("attr", attributes);
    }
    line.beginObject("image").field("path", path);
    image.size().ifPresent(size -> line.field("size", size.height(), size.width()));
    return line.endObject().end();
  }

  private void annotation(Annotation part, JsonLine line) {
    var place = places.get(part.label());
    if (place == null) {
      throw new IllegalArgumentException(
          "class '%s' (expected: one of those given)".formatted(part.label()));
    }
    line.beginObject();
    part.id().ifPresent(id -> line.field("id", id));
    line.field("type", type(part))
        .field("attributes", NamedTraits.all(part, true))
        .field("group", part.traits().group())
        .field("label_id", (long) place);
    switch (part.shape()) {
      case WholeImage _ -> {}
      case Box box -> line.field("bbox", box.x1(), box.y1(), box.width(), box.height());
      case Polygons polygons -> line.field("points", polygons.parts().getFirst().toArray());
      case Polyline polyline -> line.field("points", polyline.line().toArray());
      case Points points -> points(points.points(), line);
      case KeypointsOnly _ -> keypoints(part, line);
      case Mask mask ->
          line.beginObject("rle")
              .field("counts", mask.compressed())
              .field("size", mask.size().height(), mask.size().width())
              .endObject();
    }
    part.area().ifPresent(area -> line.field("area", area));
    if (!(part.shape() instanceof WholeImage)) {
      line.field("z_order", (long) part.traits().zOrder());
    }
    line.endObject();
  }

  private static String type(Annotation part) {
    return switch (part.shape()) {
      case WholeImage _ -> "label";
      case Box _ -> "bbox";
      case Polygons _ -> "polygon";
      case Polyline _ -> "polyline";
      case Points _, KeypointsOnly _ -> "points";
      case Mask _ -> "mask";
    };
  }

  private static void points(Coordinates points, JsonLine line) {
    var visible = new double[points.size()];
    Arrays.fill(visible, VISIBLE);
    line.field("points", points.toArray()).field("visibility", visible);
  }

  private static void keypoints(Annotation part, JsonLine line) {
    line.field(
        "points",
        part.keypoints().stream()
            .flatMapToDouble(point -> DoubleStream.of(point.x(), point.y()))
            .toArray());
    line.field(
        "visibility",
        part.keypoints().stream().mapToDouble(point -> point.visibility().number()).toArray());
  }

  @Override
  public void close() throws IOException {
    if (splits.isEmpty()) {
      split("");
    }
    for (var split : splits.values()) {
      try (split) {
        split.write("\n]}\n".getBytes(UTF_8));
      }
    }
  }
}
