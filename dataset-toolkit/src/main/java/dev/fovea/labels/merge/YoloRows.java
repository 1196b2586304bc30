package dev.fovea.labels.merge;

import dev.fovea.dvc.work.FileMerge.Side;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * YOLO's rows of one image on three sides that have one {@code data.yaml}: else a number of a class
 * would not mean the same on each. Its fractions are taken of a square, since they are written as
 * fractions again.
 */
record YoloRows(LabelFormat format, LabelSource base, LabelSource ours, LabelSource theirs) {
  static final String LABELS = "labels/image.txt";
  private static final String IMAGE = "images/image.jpg";
  private static final String DATA = "data.yaml";
  private static final ImageSize SQUARE = new ImageSize(1_000, 1_000);

  /**
   * Absent where it is no label file of YOLO's.
   *
   * @throws LabelMistake where it is, and cannot be merged
   */
  static Optional<YoloRows> of(String path, Side base, Side ours, Side theirs)
      throws IOException, LabelMistake {
    var data = ours.read(DATA);
    boolean labels = path.endsWith(".txt") && ("/" + path).contains("/labels/");
    if (!labels || data.isEmpty()) {
      return Optional.empty();
    }
    for (var side : List.of(base, theirs)) {
      var other = side.read(DATA);
      if (other.isEmpty() || !Arrays.equals(other.get(), data.get())) {
        throw new LabelMistake(
            DATA, 0, "differs between the sides (expected: one, since it says what rows mean)");
      }
    }
    var dataset = LabelSource.of(new MemoryFolder().with(DATA, data.get()));
    var task =
        Yolo.task(dataset)
            .orElseThrow(
                () -> new LabelMistake(DATA, 0, "names no task (expected: task: detect, …)"));
    var format = new Yolo(task);
    return Optional.of(
        new YoloRows(
            format,
            alone(format, dataset, base.read(path)),
            alone(format, dataset, ours.read(path)),
            alone(format, dataset, theirs.read(path))));
  }

  // A dataset of one image with these rows.
  private static LabelSource alone(Yolo format, LabelSource dataset, Optional<byte[]> rows)
      throws IOException, LabelMistake {
    var folder = new MemoryFolder();
    try (var writer = format.open(folder, format.classes(dataset))) {
      writer.accept(new LabelledImage(IMAGE, "", SQUARE, List.of()));
    }
    rows.ifPresent(bytes -> folder.with(LABELS, bytes));
    return LabelSource.of(folder).with(_ -> Optional.of(SQUARE));
  }
}
