package dev.fovea.labels.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.dvc.merge.FileMerge.Side;
import dev.fovea.kernel.Text;
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
import java.util.Set;

/**
 * YOLO's rows of one image on three sides that have one {@code data.yaml}: else a number of a class
 * would not mean the same on each. Its fractions are taken of a square, since they are written as
 * fractions again.
 */
record YoloRows(LabelFormat format, LabelSource base, LabelSource ours, LabelSource theirs) {
  static final String LABELS = "labels/image.txt";
  private static final String DATA = "data.yaml";
  private static final String IMAGE = "images/image.jpg";
  private static final int DETECT_COLUMNS = 5;
  private static final ImageSize SQUARE = new ImageSize(1_000, 1_000);

  /** Whether a file lies where YOLO's rows do. */
  static boolean isNamed(String path) {
    return path.endsWith(".txt") && ("/" + path).contains("/labels/");
  }

  /**
   * The rows of one file.
   *
   * @throws LabelMistake where they cannot be merged
   */
  static YoloRows of(String path, Side base, Side ours, Side theirs)
      throws IOException, LabelMistake {
    var file = above(path, ours);
    var data = ours.read(file).orElse(new byte[0]);
    for (var side : List.of(base, theirs)) {
      var other = side.read(file);
      if (other.isEmpty() || !Arrays.equals(other.get(), data)) {
        throw new LabelMistake(
            file, 0, "differs between the sides (expected: one, since it says what rows mean)");
      }
    }
    var dataset = dataset(data);
    var old = base.read(path);
    var mine = ours.read(path);
    var others = theirs.read(path);
    var task = Yolo.task(dataset);
    if (task.isEmpty() && List.of(old, mine, others).stream().allMatch(YoloRows::areBoxes)) {
      task = Optional.of(Yolo.Task.DETECT); // the only one of five columns
    }
    var format =
        new Yolo(
            task.orElseThrow(
                () -> new LabelMistake(DATA, 0, "names no task (expected: task: detect, …)")));
    return new YoloRows(
        format,
        alone(format, dataset, old),
        alone(format, dataset, mine),
        alone(format, dataset, others));
  }

  // The nearest, as one tracked folder may hold several datasets.
  private static String above(String path, Side side) throws IOException, LabelMistake {
    for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
      var file = path.substring(0, path.lastIndexOf('/', slash - 1) + 1) + DATA;
      if (side.read(file).isPresent()) {
        return file;
      }
    }
    throw new LabelMistake(DATA, 0, "is missing, so rows mean nothing");
  }

  private static LabelSource dataset(byte[] data) {
    return LabelSource.of(new MemoryFolder().with(DATA, data));
  }

  private static boolean areBoxes(Optional<byte[]> rows) {
    return new String(rows.orElse(new byte[0]), UTF_8)
        .lines()
        .filter(row -> !row.isBlank())
        .allMatch(row -> row.strip().split("\\s+").length == DETECT_COLUMNS);
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

  /**
   * What a side says that gave a class's number to another, while the other side wrote rows by the
   * numbers before.
   *
   * @param file a YAML file that a side changed
   * @param changes what the other side changed or added
   */
  static Optional<String> clash(
      String file, String renumbering, Side base, Side side, String labelling, Set<String> changes)
      throws IOException {
    var folder = file.substring(0, file.lastIndexOf('/') + 1);
    long rows = changes.stream().filter(path -> path.startsWith(folder) && isNamed(path)).count();
    var old = base.read(file);
    var now = side.read(file);
    if (rows == 0 || old.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    try {
      var after = Yolo.names(dataset(now.get()));
      return Yolo.names(dataset(old.get())).entrySet().stream()
          .filter(each -> !each.getValue().equals(after.get(each.getKey())))
          .findFirst()
          .map(each ->
              "%s: in %s class %d is '%s' no longer, and %s wrote %d files of rows by the old numbers"
                  .formatted(
                      file,
                      renumbering,
                      each.getKey(),
                      Text.excerpt(each.getValue()),
                      labelling,
                      rows));
    } catch (LabelMistake e) {
      return file.endsWith(DATA)
          ? Optional.of(
              "%s: %s changed it, %s wrote %d files of its rows, and %s"
                  .formatted(file, renumbering, labelling, rows, e.getMessage()))
          : Optional.empty();
    }
  }
}
