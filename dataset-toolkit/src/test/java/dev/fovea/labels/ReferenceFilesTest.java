package dev.fovea.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.DiskFolder;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Datumaro and pycocotools wrote, or read: see label_references.py. */
class ReferenceFilesTest {
  private static final ImageSize SIZE = new ImageSize(9, 6);
  private static final Polygons OUTLINE =
      new Polygons(
          List.of(Coordinates.of(1, 1, 5, 1, 5, 4.5), Coordinates.of(6, 1, 8, 1, 8, 3, 6, 3)));
  private static final Mask MASK = Mask.ofRuns(SIZE, 13, 3, 3, 1, 1, 1, 3, 3, 3, 3, 3, 3, 14);

  @Test
  void readsDatumarosOwnFiles() throws Exception {
    var source = LabelSource.of(new DiskFolder(resources().resolve("datumaro")));
    var read = Dataset.read(new Datumaro(), source);
    assertThat(source.findings().kept()).isEmpty();
    assertThat(read.classes())
        .isEqualTo(
            new Classes(
                List.of(
                    new LabelClass(
                        "cat",
                        OptionalLong.empty(),
                        "animal",
                        List.of("nose", "tail"),
                        List.of(new Joint(0, 1))),
                    LabelClass.named("Dögge"))));
    assertThat(read.images())
        .extracting(LabelledImage::id)
        .containsExactly(OptionalLong.of(41), OptionalLong.of(40));
    assertThat(read.image("images/train/empty.jpg").annotations()).isEmpty();
    assertThat(read.image("images/train/a/é.jpg").size()).contains(SIZE);
    assertThat(read.image("images/train/a/é.jpg").annotations())
        .containsExactly(
            Annotation.of("cat", Box.ofSize(1.5, 2, 3, 2.25))
                .withId(OptionalLong.of(1))
                .withKeypoints(
                    List.of(
                        new Keypoint(1, 2, Visibility.VISIBLE),
                        new Keypoint(3, 4, Visibility.HIDDEN)))
                .withTraits(Traits.NONE.withOccluded(true))
                .withAttributes(Map.of("n", 3L)),
            Annotation.of("Dögge", new Box(0, 0, 9, 6))
                .withId(OptionalLong.of(2))
                .withAttributes(Map.of("colour", "grün")),
            Annotation.of("Dögge", OUTLINE).withId(OptionalLong.of(3)),
            Annotation.of("cat", MASK)
                .withId(OptionalLong.of(4))
                .withTraits(Traits.NONE.withCrowd(true)),
            Annotation.of("Dögge", new WholeImage()).withId(OptionalLong.of(5)),
            Annotation.of("Dögge", new Polyline(Coordinates.of(0, 0, 4, 5.5)))
                .withId(OptionalLong.of(6))
                .withTraits(Traits.NONE.withZOrder(2)),
            Annotation.of("Dögge", new Points(Coordinates.of(1, 2))).withId(OptionalLong.of(7)));
  }

  @Test
  void readsCocoAsDatumaroWritesIt() throws Exception {
    var read =
        Dataset.read(new Coco(), LabelSource.of(new DiskFolder(resources().resolve("coco"))));
    assertThat(read.classes().names()).containsExactly("cat", "Dögge");
    assertThat(read.images())
        .extracting(LabelledImage::path)
        .containsExactly("a/é.jpg", "empty.jpg");
    assertThat(read.image("a/é.jpg").annotations())
        .containsExactly(
            Annotation.of("Dögge", new Box(0, 0, 9, 6))
                .withId(OptionalLong.of(2))
                .withAttributes(Map.of("colour", "grün")),
            Annotation.of("cat", MASK)
                .withId(OptionalLong.of(4))
                .withTraits(Traits.NONE.withCrowd(true)),
            Annotation.of("cat", Box.ofSize(1.5, 2, 3, 2.25))
                .withId(OptionalLong.of(1))
                .withTraits(Traits.NONE.withOccluded(true))
                .withAttributes(Map.of("n", 3L)),
            Annotation.of("Dögge", OUTLINE)
                .withId(OptionalLong.of(3))
                .withArea(OptionalDouble.of(10)));
  }

  @Test
  void readsCvatAsDatumaroWritesIt() throws Exception {
    var source = LabelSource.of(new DiskFolder(resources().resolve("cvat")));
    var read = Dataset.read(new Cvat(), source);
    assertThat(read.classes().names()).containsExactly("cat", "Dögge");
    assertThat(read.images()).extracting(LabelledImage::split).containsOnly("train");
    var annotations = read.image("a/é.jpg").annotations();
    assertThat(annotations)
        .extracting(Annotation::shape)
        .containsExactly(
            new Box(1.5, 2, 4.5, 4.25),
            new Box(0, 0, 9, 6),
            OUTLINE,
            MASK,
            new WholeImage(),
            new Polyline(Coordinates.of(0, 0, 4, 5.5)),
            new Points(Coordinates.of(1, 2, 3, 4)),
            new Points(Coordinates.of(1, 2)));
    assertThat(annotations.getFirst().traits())
        .isEqualTo(Traits.NONE.withOccluded(true).withGroup(1));
  }

  /** With -Dfovea.written=FOLDER the files are written there, for label_references.py to check. */
  @ParameterizedTest
  @ValueSource(strings = {"coco", "cvat", "datumaro"})
  void writesTheFilesThatTheReferencesRead(String name) throws Exception {
    var format =
        switch (name) {
          case "coco" -> new Coco();
          case "cvat" -> new Cvat();
          default -> new Datumaro();
        };
    var folder = new MemoryFolder();
    assertThat(written().write(format, folder).list())
        .allMatch(loss -> loss.feature() == Feature.CLASS_PARENT);
    var target = System.getProperty("fovea.written");
    if (target != null) {
      for (var path : folder.list("")) {
        var file = Path.of(target, name, path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, folder.text(path));
      }
      return;
    }
    var expected = new DiskFolder(resources().resolve("written/" + name));
    assertThat(folder.list("")).isEqualTo(expected.list("")).isNotEmpty();
    for (var path : folder.list("")) {
      try (var file = expected.open(path).orElseThrow()) {
        assertThat(folder.text(path)).isEqualTo(new String(file.readAllBytes(), UTF_8));
      }
    }
  }

  private static Dataset written() {
    var classes =
        new Classes(
            List.of(
                new LabelClass(
                    "cat",
                    OptionalLong.empty(),
                    "animal",
                    List.of("nose", "tail"),
                    List.of(new Joint(0, 1))),
                LabelClass.named("dog")));
    return Dataset.of(
        classes,
        new LabelledImage(
            "images/train/a.jpg",
            "train",
            SIZE,
            List.of(
                Annotation.of("cat", Box.ofSize(0.1, 0.2, 0.2, 0.1))
                    .withKeypoints(List.of(new Keypoint(1, 2, Visibility.VISIBLE), Keypoint.ABSENT))
                    .withTraits(Traits.NONE.withOccluded(true))
                    .withAttributes(Map.of("colour", "grün")),
                Annotation.of("dog", OUTLINE),
                Annotation.of("cat", Mask.ofWindow(SIZE, new Mask.Window(2, 0, 7, 6, rows())))
                    .withTraits(Traits.NONE.withCrowd(true)))),
        new LabelledImage("images/train/empty.jpg", "train", SIZE, List.of()));
  }

  // Rows and columns of the image: (0, 8), (1, 2), (1, 3), (2, 2), (2, 3) and (5, 8).
  private static int[] rows() {
    return new int[] {6, 3, 5, 2, 25, 1};
  }

  private static Path resources() throws Exception {
    return Path.of(ReferenceFilesTest.class.getResource("masks.json").toURI()).getParent();
  }
}
