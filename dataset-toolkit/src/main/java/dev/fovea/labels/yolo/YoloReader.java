package dev.fovea.labels.yolo;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.ShapeFindings;
import dev.fovea.labels.yolo.Yolo.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the labels of every image that data.yaml leads to. */
final class YoloReader {
  private static final int MAX_LABEL_BYTES = 64 << 20;
  private static final int MAX_PATH_CHARS = 4_096;
  private static final double RECTANGLE = 1e-6; // of the image's size

  private final LabelSource source;
  private final YoloData data;
  private final Task task;

  YoloReader(LabelSource source, YoloData data, Task task) {
    this.source = source;
    this.data = data;
    this.task = task;
  }

  void read(ImageConsumer images) throws IOException, LabelMistake {
    for (var split : data.splits().entrySet()) {
      for (var place : split.getValue()) {
        if (place.endsWith(".txt")) {
          readList(place, split.getKey(), images);
        } else {
          for (var path : source.folder().list(place)) {
            if (YoloPaths.isImage(path)) {
              images.accept(image(path, split.getKey()));
            }
          }
        }
      }
    }
  }

  private void readList(String list, String split, ImageConsumer images)
      throws IOException, LabelMistake {
    var folder = list.substring(0, list.lastIndexOf('/') + 1);
    try (var lines = source.lines(list, source.limits().fileBytes(), MAX_PATH_CHARS)) {
      for (var text = lines.next(); text.isPresent(); text = lines.next()) {
        var named = text.get().strip();
        var path = named.startsWith("./") ? folder + named.substring(2) : named;
        if (!path.isEmpty() && source.accepts(path, list, lines.line())) {
          images.accept(image(path, split));
        }
      }
    }
  }

  private LabelledImage image(String path, String split) throws IOException, LabelMistake {
    var size = source.sizes().of(path);
    return new LabelledImage(
        path, split, Optional.empty(), OptionalLong.empty(), size, annotations(path, size));
  }

  private List<Annotation> annotations(String path, Optional<ImageSize> size)
      throws IOException, LabelMistake {
    var file = YoloPaths.labels(path);
    var annotations = new ArrayList<Annotation>();
    if (!source.folder().has(file)) {
      return annotations;
    }
    var shapes = new ShapeFindings(source.findings(), file);
    int line = 0;
    try (var lines = source.lines(file, MAX_LABEL_BYTES, MAX_LABEL_BYTES)) {
      for (var text = lines.next(); text.isPresent(); text = lines.next()) {
        line = lines.line();
        var row = YoloRow.parse(text.get(), file, line, source.limits().numbers());
        if (row.isEmpty()) {
          continue;
        }
        requireColumns(row.get(), file, line);
        if (annotations.size() == source.limits().annotations()) {
          throw new LabelMistake(
              file, line, "more than %d rows".formatted(source.limits().annotations()));
        }
        var what = "%s %d of '%s'".formatted(noun(), annotations.size(), Text.excerpt(path));
        var label = data.names().get(row.get().number());
        if (label == null) {
          source
              .findings()
              .add(
                  Kind.UNKNOWN_CLASS,
                  file,
                  line,
                  "%s: class %d (expected: a number of data.yaml's names)"
                      .formatted(what, row.get().number()));
        } else if (size.isPresent()) {
          var annotation = annotation(label, row.get(), size.get());
          shapes.judge(annotation, size, line, what);
          annotations.add(annotation);
        }
      }
    }
    if (size.isEmpty() && line > 0) {
      source
          .findings()
          .add(
              Kind.UNKNOWN_SIZE,
              file,
              0,
              "the size of '%s' is not known, so its labels cannot be read in pixels"
                  .formatted(Text.excerpt(path)));
    }
    return annotations;
  }

  private String noun() {
    return task == Task.SEGMENT ? "polygon" : "box";
  }

  private void requireColumns(YoloRow row, String file, int line) throws LabelMistake {
    int found = row.values().length;
    var expected =
        switch (task) {
          case DETECT -> found == 4 ? "" : "5 for detect";
          case SEGMENT -> found >= 6 && found % 2 == 0 ? "" : "an odd count from 7 for segment";
          case OBB -> found == 8 ? "" : "9 for obb";
          case POSE -> {
            int columns = 4 + data.keypoints() * data.numbersEach();
            yield found == columns ? "" : "%d for pose by kpt_shape".formatted(columns + 1);
          }
        };
    if (!expected.isEmpty()) {
      throw new LabelMistake(
          file, line, "%d columns (expected: %s)".formatted(found + 1, expected));
    }
  }

  private Annotation annotation(String label, YoloRow row, ImageSize size) {
    return switch (task) {
      case DETECT -> Annotation.of(label, row.box(size));
      case SEGMENT -> Annotation.of(label, new Polygons(row.points(size)));
      case OBB ->
          Annotation.of(
              label,
              OrientedBox.of(row.points(size), RECTANGLE * Math.max(size.width(), size.height())));
      case POSE ->
          Annotation.of(label, row.box(size))
              .withKeypoints(
                  row.keypoints(size, data.keypointNames(row.number()).size(), data.numbersEach()));
    };
  }
}
