package dev.fovea.labels.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Closeness;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Traits;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelLimits;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.voc.Voc;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.labels.yolo.Yolo.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConversionTest {
  private static final String INSTANCES = "annotations/instances_train.json";
  private static final ImageSize SIZE = new ImageSize(640, 427);
  private static final Classes CLASSES =
      new Classes(
          List.of(
              new LabelClass(
                  "person",
                  OptionalLong.empty(),
                  "",
                  List.of("nose", "eye"),
                  List.of(new Joint(0, 1))),
              LabelClass.named("dog")));

  @Test
  void keepsEveryByteOfCocoOnTheWayThroughDatumaro() throws Exception {
    var coco = coco(true);
    assertThat(there(coco, new Datumaro()).text(INSTANCES)).isEqualTo(coco.text(INSTANCES));
  }

  @Test
  void keepsEveryByteOfCocoOnTheWayThroughCvatButForIdsAndStatedAreas() throws Exception {
    var coco = coco(false);
    assertThat(there(coco, new Cvat()).text(INSTANCES)).isEqualTo(coco.text(INSTANCES));
    var losses = new Losses[1];
    var all = coco(true);
    losses[0] = Conversion.convert(new Coco(), LabelSource.of(all), new Cvat(), new MemoryFolder());
    assertThat(losses[0].list())
        .extracting(Loss::feature)
        .containsExactly(
            Feature.CLASS_ID, Feature.CLASS_PARENT, Feature.STATED_AREA, Feature.ANNOTATION_ID);
  }

  @Test
  void movesBoxesByLessThanAMillionthOfTheImageOnTheWayThroughYolo() throws Exception {
    var random = new Random(1);
    var images = new ArrayList<LabelledImage>();
    for (int i = 0; i < 50; i++) {
      var size = new ImageSize(1 + random.nextInt(8000), 1 + random.nextInt(8000));
      double x = random.nextDouble() * size.width();
      double y = random.nextDouble() * size.height();
      images.add(
          new LabelledImage(
              "images/%02d.jpg".formatted(i),
              "train",
              size,
              List.of(Annotation.of("dog", new Box(x, y, size.width(), size.height())))));
    }
    var sample = new Dataset(CLASSES, images);
    var coco = new MemoryFolder();
    sample.write(new Coco(), coco);
    var yolo = new MemoryFolder();
    Conversion.convert(new Coco(), LabelSource.of(coco), new Yolo(Task.DETECT), yolo);
    var back = new MemoryFolder();
    Conversion.convert(
        new Yolo(Task.DETECT), LabelSource.of(yolo).with(sample.sizes()), new Coco(), back);
    var read = Dataset.read(new Coco(), back);
    for (var image : images) {
      Closeness.assertClose(read.image(image.path()), image, 1e-8);
    }
  }

  @Test
  void saysWhatYoloDetectCannotHold() throws Exception {
    var losses =
        Conversion.convert(
            new Coco(), LabelSource.of(coco(true)), new Yolo(Task.DETECT), new MemoryFolder());
    assertThat(losses.toString())
        .isEqualTo(
            """
            numbers of images: 2 dropped (images/a.jpg, images/b.jpg)
            sizes of images: 2 dropped (images/a.jpg, images/b.jpg)
            numbers of classes: 2 dropped (person, dog)
            parents of classes: 1 dropped (dog)
            keypoint names of classes: 1 dropped (person)
            skeletons of classes: 1 dropped (person)
            objects of several polygons: 1 written as the boxes around them (images/a.jpg)
            masks: 1 written as the boxes around them (images/a.jpg)
            objects with keypoints: 1 dropped (images/a.jpg)
            boxes stated beside another shape: 1 written in place of their shapes (images/a.jpg)
            stated areas: 1 dropped (images/a.jpg)
            numbers of annotations: 3 dropped (images/a.jpg)
            crowd flags: 1 dropped (images/a.jpg)
            occluded flags: 1 dropped (images/a.jpg)
            free attributes: 1 dropped (images/a.jpg)\
            """);
  }

  @Test
  void dropsWhatHasNoSizeFromAFormatOfFractionsAndSaysSo() throws Exception {
    var image =
        new LabelledImage(
            "images/a.jpg",
            "train",
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            List.of(Annotation.of("dog", new Box(1, 2, 3, 4))));
    var losses = Dataset.of(CLASSES, image).write(new Yolo(Task.DETECT), new MemoryFolder());
    assertThat(losses.toString())
        .contains("boxes: 1 dropped, the sizes of their images not being known (images/a.jpg)");
  }

  @Test
  void writesBoxesForSegmentersAsTheirCornersAndPartsAsObjects() throws Exception {
    var yolo = new MemoryFolder();
    var losses =
        Dataset.of(
                CLASSES,
                Annotation.of("dog", new Box(0, 0, 320, 240)),
                Annotation.of(
                    "dog",
                    new Polygons(
                        List.of(
                            Coordinates.of(0, 0, 64, 0, 64, 48),
                            Coordinates.of(0, 0, 32, 0, 32, 24)))))
            .write(new Yolo(Task.SEGMENT), yolo);
    assertThat(yolo.text("labels/train/a.txt"))
        .isEqualTo(
            """
            1 0 0 0.5 0 0.5 0.5 0 0.5
            1 0 0 0.1 0 0.1 0.1
            1 0 0 0.05 0 0.05 0.05
            """);
    assertThat(losses.toString())
        .contains("boxes: 1 written as polygons (images/train/a.jpg)")
        .contains("objects of several polygons: 1 written as one object for each polygon");
  }

  @Test
  void takesTheStatedBoxWhereOnlyBoxesAreHeld() throws Exception {
    var voc = new MemoryFolder();
    Dataset.of(
            CLASSES,
            Annotation.of("dog", new Polygons(Coordinates.of(1, 1, 2, 1, 2, 2)))
                .withBox(Optional.of(new Box(0, 0, 5, 6))))
        .write(new Voc(), voc);
    assertThat(Dataset.read(new Voc(), voc).only().shape()).isEqualTo(new Box(0, 0, 5, 6));
  }

  @Test
  void refusesAnAnnotationOfAClassThatItWasNotGiven() {
    assertThatThrownBy(() ->
            Dataset.of(CLASSES, Annotation.of("cat", new Box(1, 2, 3, 4)))
                .write(new Coco(), new MemoryFolder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class 'cat' (expected: one of those given)");
  }

  @Test
  void readsNoFurtherThanTheLimits() {
    var coco = coco(true);
    assertThatThrownBy(() -> Dataset.read(new Coco(), limited(coco, 1, 100, 100)))
        .hasMessageContaining("more than 1 images");
    assertThatThrownBy(() -> Dataset.read(new Coco(), limited(coco, 100, 1, 100)))
        .hasMessageContaining("more than 1 annotations of one image");
    assertThatThrownBy(() -> Dataset.read(new Coco(), limited(coco, 100, 100, 5)))
        .hasMessageContaining("(expected: at most 5 numbers)");
    var small = LabelSource.of(coco).with(new LabelLimits(100, 9, 9, 9, 9));
    assertThatThrownBy(() -> Dataset.read(new Coco(), small))
        .isInstanceOf(IOException.class)
        .hasMessage(INSTANCES + ": more than 100 bytes");
  }

  private static LabelSource limited(
      MemoryFolder folder, int images, int annotations, int numbers) {
    return LabelSource.of(folder)
        .with(new LabelLimits(1 << 20, images, annotations, numbers, 1 << 20));
  }

  private static MemoryFolder there(MemoryFolder coco, LabelFormat format) throws Exception {
    var there = new MemoryFolder();
    Conversion.convert(new Coco(), LabelSource.of(coco), format, there);
    var back = new MemoryFolder();
    assertThat(Conversion.convert(format, LabelSource.of(there), new Coco(), back).list())
        .isEmpty();
    return back;
  }

  /**
   * A COCO dataset with everything in it.
   *
   * @param own also with numbers of classes and annotations, and an area, of its own
   */
  private static MemoryFolder coco(boolean own) {
    var person = CLASSES.list().getFirst();
    var classes =
        own
            ? new Classes(
                List.of(
                    person.withId(5),
                    new LabelClass("dog", OptionalLong.of(3), "animal", List.of(), List.of())))
            : CLASSES;
    var posed =
        Annotation.of("person", Box.ofSize(73.1, 2.25, 310.33, 199.7))
            .withKeypoints(List.of(new Keypoint(80, 12, Visibility.HIDDEN), Keypoint.ABSENT))
            .withTraits(Traits.NONE.withOccluded(true))
            .withAttributes(Map.of("ride", true, "speed", 0.1, "n", 3L, "note", "é"));
    var parts =
        Annotation.of(
                "dog",
                new Polygons(
                    List.of(
                        Coordinates.of(1.1, 2, 9.37, 2, 9.37, 8.001),
                        Coordinates.of(20, 20, 30, 20.5, 25, 40, 22.125, 31))))
            .withBox(Optional.of(Box.ofSize(1, 2, 29.5, 38.5)))
            .withArea(own ? OptionalDouble.of(123.456) : OptionalDouble.empty());
    var crowd =
        Annotation.of("person", Mask.ofRuns(SIZE, 1000, 300, 127, 300, 271_553))
            .withTraits(Traits.NONE.withCrowd(true));
    var annotations = List.of(posed, parts, crowd);
    var numbered = new ArrayList<Annotation>();
    for (var annotation : annotations) {
      numbered.add(
          own
              ? annotation.withId(OptionalLong.of(900_100_000_000L - numbered.size()))
              : annotation);
    }
    var folder = new MemoryFolder();
    var images =
        List.of(
            new LabelledImage("images/a.jpg", "train", SIZE, numbered).withId(391895),
            new LabelledImage("images/b.jpg", "train", SIZE, List.of()).withId(7));
    try {
      assertThat(new Dataset(classes, images).write(new Coco(), folder).list()).isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return folder;
  }
}
