package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.DecodedSizes;
import dev.fovea.datasets.quality.images.DecodedSizes.Verdicts;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.Findings;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelsTooLarge;
import dev.fovea.labels.voc.Voc;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Format;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Labels in one of the formats of {@code dev.fovea.labels}, held against the decoded images. */
public final class FormatLabels implements LabelReader {
  private final ObjectStore objects;
  private final Verdicts verdicts;
  private final LabelBounds bounds;

  public FormatLabels(ObjectStore objects, Verdicts verdicts, LabelBounds bounds) {
    this.objects = objects;
    this.verdicts = verdicts;
    this.bounds = bounds;
  }

  @Override
  public Optional<Labels> read(PushedFolder folder) throws IOException {
    var format = folder.spec().format();
    // Places need no sizes, and images that no place describes need no decoding.
    var sizes =
        format == Format.IMAGEFOLDER
            ? new DecodedSizes(Map.of(), Map.of())
            : DecodedSizes.of(folder, verdicts);
    var stored = new StoredFolder(folder.files(), objects, bounds.bytesRead());
    var source =
        LabelSource.of(stored)
            .with(bounds.files())
            .with(new Findings(new LabelFindings(folder)::tell))
            .withDecoded(sizes);
    var read = new ReadImages(folder, sizes, bounds);
    try {
      var reader = reader(format, source, stored);
      var classes = classes(format, reader, source);
      reader.read(source, read);
      if (read.images() == 0) {
        folder.refuse("", 0, "labels", "no label file names an image " + expected(format));
        return Optional.empty();
      }
      if (format == Format.YOLO) {
        findOrphans(folder, stored);
      }
      return Optional.of(labels(format, read, classes));
    } catch (LabelMistake e) {
      folder.refuse(e.file(), e.line(), "labels", e.text() + hint(e));
    } catch (LabelsTooLarge e) {
      folder.refuse(e.file(), 0, "labels", e.text());
    }
    return Optional.empty();
  }

  private static String hint(LabelMistake mistake) {
    return mistake.text().endsWith("(expected: 5 for detect)")
        ? "; name another task in data.yaml, such as 'task: segment'"
        : "";
  }

  private static LabelFormat reader(Format format, LabelSource source, StoredFolder stored)
      throws IOException, LabelMistake {
    return switch (format) {
      case CSV -> new Csv();
      case IMAGEFOLDER -> new ImageFolder(stored);
      case COCO -> new Coco();
      // Rows of five numbers are boxes and nothing else; others are refused without a task.
      case YOLO -> new Yolo(Yolo.task(source).orElse(Yolo.Task.DETECT));
      case VOC -> new Voc();
      case CVAT -> new Cvat();
      case DATUMARO -> new Datumaro();
    };
  }

  /** Those that the label files list; empty where they have no list. */
  private static List<String> classes(Format format, LabelFormat reader, LabelSource source)
      throws IOException, LabelMistake {
    return switch (format) {
      case CSV, IMAGEFOLDER, VOC -> List.of();
      case COCO, YOLO, CVAT, DATUMARO -> reader.classes(source).names();
    };
  }

  private static Labels labels(Format format, ReadImages read, List<String> classes) {
    return read.labels(classes, format != Format.IMAGEFOLDER && !read.areClassified());
  }

  // The reader goes from images to labels and never comes to labels without an image.
  private static void findOrphans(PushedFolder folder, StoredFolder stored) {
    for (var file : stored.list("")) {
      boolean labels =
          file.endsWith(".txt")
              && ("/" + file).contains("/labels/")
              && !file.endsWith("/classes.txt");
      if (labels && !stored.wasOpened(file)) {
        folder.find(Check.ORPHAN, file, 0, "is a label file without its image");
      }
    }
  }

  private static String expected(Format format) {
    var place =
        switch (format) {
          case CSV -> "labels.csv";
          case IMAGEFOLDER -> "images at split/class/file";
          case COCO -> "annotations/instances_train.json and the like";
          case YOLO -> "folders of images under train, val and test in data.yaml";
          case VOC -> "Annotations/NAME.xml, and ImageSets/Main/train.txt and the like";
          case CVAT -> "annotations.xml";
          case DATUMARO -> "annotations/train.json and the like";
        };
    return "(expected of %s: %s)".formatted(format.name().toLowerCase(Locale.ROOT), place);
  }
}
