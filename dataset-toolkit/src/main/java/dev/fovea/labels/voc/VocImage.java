package dev.fovea.labels.voc;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Traits;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.ShapeFindings;
import dev.fovea.labels.voc.Voc.Counting;
import dev.fovea.labels.xml.XmlCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads one image's XML. */
final class VocImage {
  private static final long MAX_BYTES = 64 << 20;
  private static final String IMAGES = "JPEGImages/";

  private final LabelSource source;
  private final Counting counting;
  private boolean warned;

  VocImage(LabelSource source, Counting counting) {
    this.source = source;
    this.counting = counting;
  }

  /** One {@code object}, as it stands in the file. */
  private record Found(int line, Optional<String> name, Optional<Box> box, Traits traits) {}

  LabelledImage read(String file, String split) throws IOException, LabelMistake {
    var found =
        new Object() {
          String folder = "";
          String name = "";
          double width;
          double height;
          int sizeLine;
          List<Found> objects = new ArrayList<>();
        };
    XmlCursor.read(
        source,
        file,
        MAX_BYTES,
        "annotation",
        xml ->
            xml.children(tag -> {
              switch (tag) {
                case "folder" -> found.folder = xml.text().strip();
                case "filename" -> found.name = xml.text().strip();
                case "size" -> {
                  found.sizeLine = xml.line();
                  xml.children(side -> {
                    switch (side) {
                      case "width" -> found.width = xml.number();
                      case "height" -> found.height = xml.number();
                      default -> {}
                    }
                  });
                }
                case "object" -> {
                  if (found.objects.size() == source.limits().annotations()) {
                    throw xml.mistake(
                        "more than %d objects".formatted(source.limits().annotations()));
                  }
                  found.objects.add(object(xml));
                }
                default -> {}
              }
            }));
    var path = path(found.folder, found.name);
    var stated = ImageSize.stated(found.width, found.height);
    var size = source.judged(path, stated, file, found.sizeLine);
    var annotations = new ArrayList<Annotation>();
    for (int i = 0; i < found.objects.size(); i++) {
      judge(found.objects.get(i), size, file, "box %d of '%s'".formatted(i, Text.excerpt(path)))
          .ifPresent(annotations::add);
    }
    return new LabelledImage(
        path, split, Optional.empty(), OptionalLong.empty(), stated, annotations);
  }

  private Optional<Annotation> judge(
      Found object, Optional<ImageSize> size, String file, String what) {
    if (object.name().isEmpty() || object.box().isEmpty()) {
      source
          .findings()
          .add(
              Kind.UNREADABLE,
              file,
              object.line(),
              what + " (expected: an object with a name and a bndbox)");
      return Optional.empty();
    }
    var annotation =
        Annotation.of(object.name().get(), object.box().get()).withTraits(object.traits());
    new ShapeFindings(source.findings(), file).judge(annotation, size, object.line(), what);
    return Optional.of(annotation);
  }

  private Found object(XmlCursor xml) throws IOException, LabelMistake {
    int line = xml.line();
    var found =
        new Object() {
          Optional<String> name = Optional.empty();
          Optional<Box> box = Optional.empty();
          Traits traits = Traits.NONE;
        };
    xml.children(tag -> {
      switch (tag) {
        case "name" -> found.name = Optional.of(xml.text().strip());
        case "bndbox" -> found.box = Optional.of(box(xml));
        case "difficult" -> found.traits = found.traits.withDifficult(flag(xml));
        case "truncated" -> found.traits = found.traits.withTruncated(flag(xml));
        case "occluded" -> found.traits = found.traits.withOccluded(flag(xml));
        case "pose" -> {
          if (!xml.text().strip().matches("|Unspecified")) {
            source.findings().notKept(xml.file(), line, "the pose of an object");
          }
        }
        default -> source.findings().notKept(xml.file(), line, "<%s> of an object".formatted(tag));
      }
    });
    return new Found(line, found.name, found.box, found.traits);
  }

  private static boolean flag(XmlCursor xml) throws IOException, LabelMistake {
    return xml.text().strip().matches("1|[Tt]rue");
  }

  private Box box(XmlCursor xml) throws IOException, LabelMistake {
    int line = xml.line();
    var edges = new double[] {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
    xml.children(tag -> {
      int place = List.of("xmin", "ymin", "xmax", "ymax").indexOf(tag);
      if (place >= 0) {
        edges[place] = xml.number();
      }
    });
    if (counting == Counting.FROM_ONE && !warned && (edges[0] == 0 || edges[1] == 0)) {
      warned = true;
      source
          .findings()
          .add(
              Kind.COUNTED_FROM_ZERO,
              xml.file(),
              line,
              "xmin %s, ymin %s (expected: from 1; if the whole set counts from 0, say so)"
                  .formatted(edges[0], edges[1]));
    }
    return new Box(
        Decimals.minus(edges[0], counting.first()),
        Decimals.minus(edges[1], counting.first()),
        edges[2],
        edges[3]);
  }

  // LabelImg writes the name of the folder alone, VOC itself the name of the whole dataset.
  private String path(String folder, String name) throws IOException {
    var beside = folder.isEmpty() ? name : folder + "/" + name;
    for (var candidate : List.of(beside, IMAGES + name)) {
      if (RelativePath.fault(candidate).isEmpty() && source.folder().has(candidate)) {
        return candidate;
      }
    }
    return folder.matches("VOC.*") ? IMAGES + name : beside;
  }
}
