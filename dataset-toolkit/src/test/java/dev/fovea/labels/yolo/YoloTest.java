package dev.fovea.labels.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YoloTest {
  private static final String DATA = "train: images/train\nnames: {0: cat, 1: dog}\n";
  private static final String LABELS = "labels/train/a.txt";

  @Test
  void takesTheTaskFromTheCallerAndNotFromTheColumns() throws Exception {
    var row = "0 0.1 0.2 0.3 0.2 0.3 0.6 0.1 0.6";
    assertThat(read(Task.OBB, DATA, row).only().shape())
        .isInstanceOfSatisfying(
            Box.class,
            box -> {
              assertThat(box.x1()).isEqualTo(10, within(1e-9));
              assertThat(box.y2()).isEqualTo(30, within(1e-9));
              assertThat(box.rotation()).isZero();
            });
    assertThat(read(Task.SEGMENT, DATA, row).only().shape())
        .isInstanceOfSatisfying(
            Polygons.class,
            polygons -> assertThat(polygons.parts().getFirst().size()).isEqualTo(4));
    var pose = read(Task.POSE, DATA + "kpt_shape: [2, 2]\n", row).only();
    assertThat(pose.shape()).isEqualTo(new Box(-5, 5, 25, 15));
    assertThat(pose.keypoints()).hasSize(2);
  }

  @Test
  void knowsTheTaskThatDataYamlNames() throws Exception {
    assertThat(Yolo.task(source(DATA, ""))).isEmpty();
    assertThat(Yolo.task(source(DATA + "kpt_shape: [17, 3]\n", ""))).contains(Task.POSE);
    assertThat(Yolo.task(source(DATA + "task: obb\n", ""))).contains(Task.OBB);
    assertThatThrownBy(() -> Yolo.task(source(DATA + "task: guess\n", "")))
        .hasMessageContaining("task: 'guess' (expected: detect, segment, obb or pose)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "DETECT | 0 0.1 0.2 0.3 | 4 columns (expected: 5 for detect)",
        "DETECT | 0 0.1 0.2 0.3 0.2 0.3 0.6 | 7 columns",
        "SEGMENT | 0 0.1 0.2 0.3 0.2 | 5 columns (expected: an odd count from 7 for segment)",
        "OBB | 0 0.1 0.2 0.3 0.4 0.5 | 6 columns (expected: 9 for obb)",
        "DETECT | 0 0.1 x 0.3 0.4 | 'x' (expected: a number)",
        "DETECT | 0 0.1 0x1p3 0.3 0.4 | '0x1p3' (expected: a number)",
        "DETECT | 1.5 0.1 0.2 0.3 0.4 | class 1.5 (expected: a whole number from 0)",
        "DETECT | -1 0.1 0.2 0.3 0.4 | class -1.0"
      })
  void refusesARowThatIsNotOfTheTask(Task task, String row, String reason) {
    assertThatThrownBy(() -> read(task, DATA, "\n" + row))
        .isInstanceOf(LabelMistake.class)
        .hasMessageStartingWith(LABELS + ":2: ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "0 0.5 0.5 1.1 0.5 | OUTSIDE",
        "0 0.5 0.5 -0.1 0.5 | INVERTED",
        "0 0.5 0.5 0 0.5 | EMPTY",
        "0 nan 0.5 0.1 0.5 | NOT_FINITE",
        "7 0.5 0.5 0.1 0.5 | UNKNOWN_CLASS"
      })
  void handsOnWhatIsWrongAndFindsIt(String row, Kind kind) throws Exception {
    var source = source(DATA, row);
    Dataset.read(new Yolo(Task.DETECT), source);
    assertThat(source.findings().kept()).extracting(Finding::kind).containsExactly(kind);
    assertThat(source.findings().kept().getFirst().line()).isEqualTo(1);
  }

  @Test
  void takesAMissingFileAndAnEmptyOneForBackground() throws Exception {
    assertThat(read(Task.DETECT, DATA, "\n").images().getFirst().annotations()).isEmpty();
    var folder = new MemoryFolder().with("data.yaml", DATA).with("images/train/a.jpg", "");
    assertThat(Dataset.read(new Yolo(Task.DETECT), folder).images())
        .containsExactly(
            new LabelledImage(
                "images/train/a.jpg",
                "train",
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                List.of()));
  }

  @Test
  void saysWhenAnImagesSizeIsNotKnown() throws Exception {
    var source = source(DATA, "0 0.5 0.5 1 1").with(_ -> Optional.empty());
    assertThat(Dataset.read(new Yolo(Task.DETECT), source).images().getFirst().annotations())
        .isEmpty();
    assertThat(source.findings().counts()).containsEntry(Kind.UNKNOWN_SIZE, 1L);
  }

  @Test
  void measuresByTheSizeAfterTheOrientationIsApplied() throws Exception {
    // An image of 100 x 50 px with EXIF orientation 6 is decoded, and so labelled, as 50 x 100 px.
    var source = source(DATA, "0 0.5 0.5 1 0.5").with(_ -> Optional.of(new ImageSize(50, 100)));
    assertThat(Dataset.read(new Yolo(Task.DETECT), source).only().shape())
        .isEqualTo(new Box(0, 25, 50, 75));
  }

  @ParameterizedTest
  @CsvSource({
    "images/train/a.jpg, labels/train/a.txt",
    "train/images/a.b.jpg, train/labels/a.b.txt",
    "images/x/images/a.jpg, images/x/labels/a.txt",
    "train/a.jpg, train/a.txt",
    "my-images/a.jpg, my-images/a.txt"
  })
  void findsLabelsWhereUltralyticsDoes(String image, String labels) {
    assertThat(YoloPaths.labels(image)).isEqualTo(labels);
  }

  @Test
  void readsFoldersAndListsAndNamesInEitherForm() throws Exception {
    var folder =
        new MemoryFolder()
            .with(
                "data.yaml",
                "path: .\ntrain: [../train/images, more.txt]\nval: null\nnames: [cat, dog]\nnc: 2\n")
            .with("train/images/a.JPG", "")
            .with("train/images/notes.md", "")
            .with("train/labels/a.txt", "1 0.5 0.5 1 1\r\n")
            .with("more.txt", "\ufeff./other/images/b.png\n\n../outside.png\n");
    var source = LabelSource.of(folder).with(_ -> Optional.of(new ImageSize(10, 20)));
    var read = Dataset.read(new Yolo(Task.DETECT), source);
    assertThat(read.images())
        .extracting(LabelledImage::path)
        .containsExactly("train/images/a.JPG", "other/images/b.png");
    assertThat(read.image("train/images/a.JPG").annotations())
        .containsExactly(Annotation.of("dog", new Box(0, 0, 10, 20)));
    assertThat(source.findings().counts()).containsOnlyKeys(Kind.BAD_PATH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "names: {a: cat} | names: 'a' (expected: numbers from 0)",
        "names: [a, a] | names: one name twice",
        "train: x | names: missing",
        "- a | is no mapping",
        "a: *b | not YAML",
        "{names: [a], kpt_shape: [17]} | kpt_shape: [17] (expected: [K, 2] or [K, 3])",
        "{names: [a], train: a/../../b} | train: 'a/../../b' leaves the dataset folder",
        "[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]] | nested more than 16 levels"
      })
  void refusesWhatIsNoDataYaml(String yaml, String reason) {
    assertThatThrownBy(() -> read(Task.DETECT, yaml, ""))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining(reason);
  }

  @Test
  void writesWhatUltralyticsReads() throws Exception {
    var folder = new MemoryFolder();
    var sample =
        Dataset.of(
            Classes.named(List.of("cat", "dog")),
            Annotation.of("dog", new Box(0, 120, 320, 240)),
            Annotation.of("cat", new Polygons(Coordinates.of(0, 0, 64, 0, 64, 48))));
    var losses = sample.write(new Yolo(Task.DETECT), folder);
    assertThat(folder.text(LABELS)).isEqualTo("1 0.25 0.375 0.5 0.25\n0 0.05 0.05 0.1 0.1\n");
    assertThat(folder.text("train.txt")).isEqualTo("./images/train/a.jpg\n");
    assertThat(folder.text("data.yaml"))
        .isEqualTo("train: train.txt\nnames:\n  0: cat\n  1: dog\ntask: detect\n");
    assertThat(losses.count(Feature.POLYGON)).isEqualTo(1);
  }

  @Test
  void readsKeypointsWithAndWithoutVisibility() throws Exception {
    var row = "0 0.5 0.5 1 1 0.1 0.2 1 0 0 0";
    assertThat(read(Task.POSE, DATA + "kpt_shape: [2, 3]\n", row).only().keypoints())
        .extracting(point -> point.visibility())
        .containsExactly(Visibility.HIDDEN, Visibility.ABSENT);
    var flat = "0 0.5 0.5 1 1 0.1 0.2 0 0";
    assertThat(read(Task.POSE, DATA + "kpt_shape: [2, 2]\n", flat).only().keypoints())
        .extracting(point -> point.visibility())
        .containsExactly(Visibility.VISIBLE, Visibility.ABSENT);
  }

  private static Dataset read(Task task, String data, String rows) throws Exception {
    return Dataset.read(new Yolo(task), source(data, rows));
  }

  private static LabelSource source(String data, String rows) {
    return LabelSource.of(
            new MemoryFolder()
                .with("data.yaml", data)
                .with("images/train/a.jpg", "")
                .with(LABELS, rows))
        .with(_ -> Optional.of(new ImageSize(100, 50)));
  }
}
