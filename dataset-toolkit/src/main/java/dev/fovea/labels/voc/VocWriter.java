package dev.fovea.labels.voc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.LabelWriter;
import dev.fovea.labels.voc.Voc.Counting;
import dev.fovea.labels.xml.XmlText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Writes an XML file for each image, under its path without the suffix, and the lists. */
final class VocWriter implements LabelWriter {
  private final Sink sink;
  private final Counting counting;
  private final Map<String, OutputStream> lists = new TreeMap<>();

  VocWriter(Sink sink, Counting counting) {
    this.sink = sink;
    this.counting = counting;
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    int slash = image.path().lastIndexOf('/');
    var xml =
        new XmlText(0)
            .begin("annotation")
            .element("folder", slash < 0 ? "" : image.path().substring(0, slash))
            .element("filename", image.path().substring(slash + 1));
    image
        .size()
        .ifPresent(size ->
            xml.begin("size")
                .element("width", Integer.toString(size.width()))
                .element("height", Integer.toString(size.height()))
                .element("depth", "3")
                .end());
    xml.element("segmented", "0");
    image.annotations().forEach(annotation -> object(annotation, xml));
    xml.end();
    int dot = image.path().lastIndexOf('.');
    var name = dot > slash ? image.path().substring(0, dot) : image.path();
    try (var file = sink.create("%s/%s.xml".formatted(VocReader.ANNOTATIONS, name))) {
      file.write(xml.toString().getBytes(UTF_8));
    }
    if (!image.split().isEmpty()) {
      list(image.split()).write((name + "\n").getBytes(UTF_8));
    }
  }

  private OutputStream list(String split) throws IOException {
    var list = lists.get(split);
    if (list == null) {
      list = sink.create("%s/%s.txt".formatted(VocReader.LISTS, split));
      lists.put(split, list);
    }
    return list;
  }

  private void object(Annotation annotation, XmlText xml) {
    if (!(annotation.shape() instanceof Box box)) {
      throw new IllegalArgumentException("%s (expected: a box)".formatted(annotation.shape()));
    }
    var traits = annotation.traits();
    xml.begin("object")
        .element("name", annotation.label())
        .element("pose", "Unspecified")
        .element("truncated", traits.truncated() ? "1" : "0")
        .element("difficult", traits.difficult() ? "1" : "0")
        .element("occluded", traits.occluded() ? "1" : "0")
        .begin("bndbox")
        .element("xmin", Decimals.text(Decimals.plus(box.x1(), counting.first())))
        .element("ymin", Decimals.text(Decimals.plus(box.y1(), counting.first())))
        .element("xmax", Decimals.text(box.x2()))
        .element("ymax", Decimals.text(box.y2()))
        .end()
        .end();
  }

  @Override
  public void close() throws IOException {
    for (var list : lists.values()) {
      list.close();
    }
  }
}
