package dev.fovea.labels.coco;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Extras;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Notes;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.files.Spool;
import dev.fovea.labels.format.LabelWriter;
import dev.fovea.labels.format.NamedTraits;
import dev.fovea.labels.json.JsonLine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Writes {@code annotations/instances_SPLIT.json} for each split, one image or annotation a line.
 * The annotations wait in a temporary file until all images are written.
 */
final class CocoWriter implements LabelWriter {
  private final Sink sink;
  private final List<LabelClass> classes;
  private final Map<String, Integer> places;
  private final Map<String, Split> splits = new TreeMap<>();
  private final Notes notes;

  CocoWriter(Sink sink, Classes classes) {
    this.sink = sink;
    this.classes = classes.list();
    this.places = classes.places();
    this.notes = classes.notes();
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    split(image.split()).add(image);
  }

  private Split split(String name) throws IOException {
    var split = splits.get(name);
    if (split == null) {
      split = new Split(sink.create(CocoFile.written(name)));
      splits.put(name, split);
    }
    return split;
  }

  @Override
  public void close() throws IOException {
    if (splits.isEmpty()) {
      split("");
    }
    for (var split : splits.values()) {
      split.close();
    }
  }

  private long categoryId(int place) {
    return classes.get(place).id().orElse(place + 1L);
  }

  private final class Split {
    // Numbers given here lie above those that people and tools give.
    private static final long FIRST_OF_MIXED = 1L << 40;

    private final OutputStream out;
    private final Spool annotations = new Spool();
    private final CocoLicences licences = new CocoLicences(notes.licences());
    private long images;
    private long objects;
    private boolean numberedImages;
    private boolean numberedObjects;

    Split(OutputStream out) throws IOException {
      this.out = out;
      write(head() + "\"images\":[");
    }

    private String head() {
      var fields = new LinkedHashMap<String, String>();
      fields.put("info", "{}");
      fields.putAll(notes.extras().fields());
      var line = new JsonLine().fields(new Extras(fields)).end();
      return line.substring(0, line.length() - 1) + ",";
    }

    void add(LabelledImage image) throws IOException {
      numberedImages |= image.id().isPresent();
      long id = image.id().orElse((numberedImages ? FIRST_OF_MIXED : 1) + images);
      var line = new JsonLine().field("id", id).field("file_name", image.path());
      image
          .size()
          .ifPresent(size -> line.field("width", size.width()).field("height", size.height()));
      image.licence().ifPresent(licence -> line.field("license", licences.number(licence)));
      line.fields(image.extras());
      write((images++ == 0 ? "\n" : ",\n") + line.end());
      for (var annotation : image.annotations()) {
        annotations.add((objects == 0 ? "\n" : ",\n") + annotation(annotation, id));
        objects++;
      }
    }

    private String annotation(Annotation annotation, long image) {
      var place = places.get(annotation.label());
      if (place == null) {
        throw new IllegalArgumentException(
            "class '%s' (expected: one of those given)".formatted(annotation.label()));
      }
      numberedObjects |= annotation.id().isPresent();
      var line =
          new JsonLine()
              .field("id", annotation.id().orElse((numberedObjects ? FIRST_OF_MIXED : 1) + objects))
              .field("image_id", image)
              .field("category_id", categoryId(place));
      var stated =
          annotation.shape() instanceof Box box
              ? box
              : annotation.bounds().orElse(new Box(0, 0, 0, 0));
      line.field("bbox", stated.x1(), stated.y1(), stated.width(), stated.height());
      line.field("area", annotation.area().orElse(annotation.shape().area().orElse(0)));
      line.field("iscrowd", annotation.traits().crowd() ? 1 : 0L);
      segment(annotation, line);
      keypoints(annotation, classes.get(place).keypoints().size(), line);
      var attributes = NamedTraits.all(annotation, false);
      if (!attributes.isEmpty()) {
        line.field("attributes", attributes);
      }
      return line.fields(annotation.extras()).end();
    }

    private static void segment(Annotation annotation, JsonLine line) {
      if (annotation.shape() instanceof Mask mask) {
        line.beginObject("segmentation")
            .field("size", mask.size().height(), mask.size().width())
            .field("counts", mask.compressed())
            .endObject();
      } else {
        line.beginList("segmentation");
        if (annotation.shape() instanceof Polygons polygons) {
          polygons.parts().forEach(part -> line.entry(part.toArray()));
        }
        line.endList();
      }
    }

    private static void keypoints(Annotation annotation, int expected, JsonLine line) {
      var points =
          annotation.keypoints().isEmpty()
              ? Collections.nCopies(expected, Keypoint.ABSENT)
              : annotation.keypoints();
      if (points.isEmpty()) {
        return;
      }
      line.field(
          "keypoints",
          points.stream()
              .flatMapToDouble(
                  point -> DoubleStream.of(point.x(), point.y(), point.visibility().number()))
              .toArray());
      line.field(
          "num_keypoints",
          points.stream().filter(point -> point.visibility() != Visibility.ABSENT).count());
    }

    void close() throws IOException {
      try (out;
          annotations) {
        write("\n],\"annotations\":[");
        annotations.copyTo(out);
        write("\n],\"categories\":[");
        for (int i = 0; i < classes.size(); i++) {
          write((i == 0 ? "\n" : ",\n") + category(i));
        }
        write("\n]" + licences.text() + "}\n");
      }
    }

    private String category(int place) {
      var each = classes.get(place);
      var line =
          new JsonLine()
              .field("id", categoryId(place))
              .field("name", each.name())
              .field("supercategory", each.parent());
      if (!each.keypoints().isEmpty()) {
        line.beginList("keypoints");
        each.keypoints().forEach(line::entry);
        line.endList().beginList("skeleton");
        // COCO counts keypoints from 1 here.
        each.skeleton().forEach(joint -> line.entry(joint.from() + 1, joint.to() + 1));
        line.endList();
      }
      return line.fields(each.extras()).end();
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(UTF_8));
    }
  }
}
