package dev.fovea.labels.cvat;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.GroupedParts;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.ShapeFindings;
import dev.fovea.labels.xml.XmlCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads one XML file, image by image. */
final class CvatReader {
  private static final Set<String> UNNAMED = Set.of("annotations", "default");

  private final LabelSource source;
  private final String file;
  private final String split;
  private final CvatLabels labels = new CvatLabels();
  private final ShapeFindings shapes;
  private int images;

  CvatReader(LabelSource source, String file) {
    this.source = source;
    this.file = file;
    this.shapes = new ShapeFindings(source.findings(), file);
    var stem = file.substring(0, file.lastIndexOf('.'));
    this.split = UNNAMED.contains(stem) ? "" : stem;
  }

  /** Reads the whole file for its labels. */
  CvatLabels labels() throws IOException, LabelMistake {
    read(_ -> {});
    return labels;
  }

  void read(ImageConsumer consumer) throws IOException, LabelMistake {
    XmlCursor.read(
        source,
        file,
        source.limits().fileBytes(),
        "annotations",
        xml ->
            xml.children(tag -> {
              switch (tag) {
                case "meta" -> readMeta(xml);
                case "image" -> {
                  if (++images > source.limits().images()) {
                    throw xml.mistake("more than %d images".formatted(source.limits().images()));
                  }
                  var image = image(xml);
                  if (image.isPresent()) {
                    consumer.accept(image.get());
                  }
                }
                case "track" ->
                    throw xml.mistake(
                        "a <track> of a video (expected: an export as 'CVAT for images')");
                default -> {}
              }
            }));
  }

  // A task, a project or a job has the labels.
  private void readMeta(XmlCursor xml) throws IOException, LabelMistake {
    xml.children(_ ->
        xml.children(tag -> {
          if (tag.equals("labels")) {
            xml.children(_ -> labels.add(xml));
          }
        }));
  }

  private Optional<LabelledImage> image(XmlCursor xml) throws IOException, LabelMistake {
    int line = xml.line();
    var path = xml.required("name");
    var stated = ImageSize.stated(xml.number("width", 0), xml.number("height", 0));
    var size = source.judged(path, stated, file, line);
    var subset = xml.attribute("subset");
    double id = xml.number("id", -1);
    var parts = new ArrayList<Annotation>();
    xml.children(tag -> {
      if (parts.size() == source.limits().annotations()) {
        throw xml.mistake("more than %d shapes".formatted(source.limits().annotations()));
      }
      var what = "%s %d of '%s'".formatted(tag, parts.size(), Text.excerpt(path));
      int at = xml.line();
      new CvatShape(source, labels, xml)
          .read(tag, size, what)
          .ifPresent(part -> {
            shapes.judge(part, size, at, what);
            parts.add(part);
          });
    });
    if (!source.accepts(path, file, line)) {
      return Optional.empty();
    }
    if (id != Math.rint(id)) {
      source.findings().add(Kind.UNREADABLE, file, line, "image id %s".formatted(id));
    }
    return Optional.of(
        new LabelledImage(
            path,
            subset.orElse(split),
            Optional.empty(),
            id >= 0 && id == Math.rint(id) ? OptionalLong.of((long) id) : OptionalLong.empty(),
            stated,
            GroupedParts.join(parts)));
  }
}
