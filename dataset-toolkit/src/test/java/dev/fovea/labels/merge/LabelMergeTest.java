package dev.fovea.labels.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.Traits;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.csv.Csv;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.voc.Voc;
import dev.fovea.labels.yolo.Yolo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelMergeTest {
  private static final ImageSize SIZE = new ImageSize(640, 480);
  private static final Classes CLASSES = Classes.named(List.of("car", "van", "bus"));
  private static final Annotation CAR = numbered(1, box("car", 10, 10, 50, 50));
  private static final Annotation OTHER = numbered(2, box("bus", 300, 300, 350, 350));

  private static Annotation box(String label, double x1, double y1, double x2, double y2) {
    return Annotation.of(label, new Box(x1, y1, x2, y2));
  }

  private static Annotation numbered(long id, Annotation annotation) {
    return annotation.withId(OptionalLong.of(id));
  }

  private static Annotation relabelled(Annotation one, String label) {
    return new Annotation(
        label,
        one.shape(),
        one.keypoints(),
        one.box(),
        one.area(),
        one.id(),
        one.traits(),
        one.attributes());
  }

  private static LabelledImage image(String path, long id, Annotation... annotations) {
    return new LabelledImage(path, "train", SIZE, Arrays.asList(annotations)).withId(id);
  }

  private static Dataset one(Annotation... annotations) {
    return Dataset.of(CLASSES, image("a.jpg", 901, annotations));
  }

  /** What came of a merge. */
  private record Outcome(Dataset merged, LabelMerge.Result result, MemoryFolder folder) {
    List<String> conflicts() {
      return result.conflicts().kept().stream().map(Conflict::text).toList();
    }

    List<Annotation> objects() {
      return merged.image("a.jpg").annotations();
    }
  }

  private static Outcome merge(LabelFormat format, Dataset base, Dataset ours, Dataset theirs)
      throws Exception {
    var target = new MemoryFolder();
    var result =
        LabelMerge.merge(
            format, source(format, base), source(format, ours), source(format, theirs), target);
    var read = Dataset.read(format, LabelSource.of(target).with(_ -> Optional.of(SIZE)));
    return new Outcome(read, result, target);
  }

  private static LabelSource source(LabelFormat format, Dataset side) throws Exception {
    var folder = new MemoryFolder();
    side.write(format, folder);
    return LabelSource.of(folder).with(_ -> Optional.of(SIZE));
  }

  private static Outcome merge(Dataset base, Dataset ours, Dataset theirs) throws Exception {
    return merge(new Coco(), base, ours, theirs);
  }

  @Nested
  class Fields {
    @Test
    void keepsABoxOfOneSideAndAClassOfTheOther() throws Exception {
      var moved = CAR.withShape(new Box(12, 10, 52, 50));
      var outcome = merge(one(CAR, OTHER), one(moved, OTHER), one(relabelled(CAR, "van"), OTHER));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(relabelled(moved, "van"), OTHER);
    }

    @Test
    void keepsAttributesAndTraitsOfBothSides() throws Exception {
      var ours = CAR.withAttributes(Map.of("colour", "red", "age", 3L));
      var theirs =
          CAR.withAttributes(Map.of("doors", 5L, "age", 3L))
              .withTraits(Traits.NONE.withCrowd(true));
      var outcome = merge(one(CAR), one(ours), one(theirs));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects())
          .containsExactly(
              ours.withAttributes(Map.of("colour", "red", "age", 3L, "doors", 5L))
                  .withTraits(Traits.NONE.withCrowd(true)));
    }

    @Test
    void reportsAFieldThatBothChangedAndKeepsOurs() throws Exception {
      var outcome = merge(one(CAR), one(relabelled(CAR, "van")), one(relabelled(CAR, "bus")));
      assertThat(outcome.conflicts())
          .containsExactly(
              "a.jpg, object 1 'car' at [10, 10, 50, 50]: class: ours 'van', theirs 'bus'");
      assertThat(outcome.objects()).containsExactly(relabelled(CAR, "van"));
    }

    @Test
    void takesOneChangeOfBothSidesOnce() throws Exception {
      var moved = CAR.withShape(new Box(12, 10, 52, 50));
      var outcome = merge(one(CAR), one(moved), one(moved));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(moved);
    }

    @Test
    void reportsAnAttributeThatOneSideChangedAndTheOtherTookAway() throws Exception {
      var red = CAR.withAttributes(Map.of("colour", "red"));
      var outcome = merge(one(red), one(CAR), one(red.withAttributes(Map.of("colour", "blue"))));
      assertThat(outcome.conflicts())
          .containsExactly(
              "a.jpg, object 1 'car' at [10, 10, 50, 50]: attribute 'colour': ours none, theirs"
                  + " 'blue'");
      assertThat(outcome.objects()).containsExactly(CAR);
    }
  }

  @Nested
  class AddedAndDeleted {
    @Test
    void deletesWhatOneSideDeletedAndWhatBothDid() throws Exception {
      var third = numbered(3, box("van", 200, 10, 230, 40));
      var outcome = merge(one(CAR, OTHER, third), one(OTHER), one(third));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).isEmpty();
    }

    @Test
    void reportsWhatOneSideDeletedAndTheOtherChanged() throws Exception {
      var changed = relabelled(CAR, "van");
      var ours = merge(one(CAR, OTHER), one(OTHER), one(changed, OTHER));
      assertThat(ours.conflicts())
          .containsExactly(
              "a.jpg, object 1 'car' at [10, 10, 50, 50]: the object: ours deleted,"
                  + " theirs changed to object 1 'van' at [10, 10, 50, 50]");
      assertThat(ours.objects()).containsExactly(OTHER);
      var theirs = merge(one(CAR, OTHER), one(changed, OTHER), one(OTHER));
      assertThat(theirs.result().conflicts().count()).isEqualTo(1);
      assertThat(theirs.objects()).containsExactly(changed, OTHER);
    }

    @Test
    void takesAnObjectThatBothAddedOnce() throws Exception {
      var mine = numbered(5, box("van", 100, 100, 200, 200));
      var near = numbered(6, box("van", 101, 100, 201, 201));
      var outcome = merge(one(CAR), one(CAR, mine), one(near, CAR));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(CAR, mine);
    }

    @Test
    void losesNoOutlineAndNoKeypointsOfAnObjectThatBothAdded() throws Exception {
      var mine = numbered(5, box("van", 100, 100, 200, 200));
      var outlined =
          mine.withShape(new Polygons(Coordinates.of(100, 100, 200, 100, 200, 200, 100, 200)));
      assertThat(merge(one(CAR), one(CAR, mine), one(CAR, outlined)).conflicts())
          .singleElement()
          .asString()
          .startsWith("a.jpg, object 5 'van' at [100, 100, 200, 200]: place: ours");
      var posed = mine.withKeypoints(List.of(new Keypoint(150, 150, Keypoint.Visibility.VISIBLE)));
      var outcome = merge(one(CAR), one(CAR, mine), one(CAR, posed));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(CAR, posed);
    }

    @Test
    void keepsTwoObjectsThatOverlapLessAndAsks() throws Exception {
      var mine = numbered(5, box("van", 100, 100, 200, 200));
      var beside = numbered(6, box("van", 130, 100, 230, 200));
      var outcome = merge(one(CAR), one(CAR, mine), one(beside, CAR));
      assertThat(outcome.conflicts())
          .containsExactly(
              "a.jpg, object 5 'van' at [100, 100, 200, 200]: one object or two, overlapping by 54"
                  + " %: ours added object 5 'van' at [100, 100, 200, 200], theirs added object 6"
                  + " 'van' at [130, 100, 230, 200]");
      assertThat(outcome.objects()).containsExactly(CAR, mine, beside);
    }

    @Test
    void asksWhereBothAddedAnObjectOfAnotherClass() throws Exception {
      var mine = numbered(5, box("van", 100, 100, 200, 200));
      var outcome = merge(one(CAR), one(CAR, mine), one(CAR, numbered(6, relabelled(mine, "bus"))));
      assertThat(outcome.conflicts()).hasSize(1);
      assertThat(outcome.objects())
          .extracting(Annotation::label)
          .containsExactly("car", "van", "bus");
    }

    @Test
    void mergesImagesOfEitherSide() throws Exception {
      var base = Dataset.of(CLASSES, image("a.jpg", 901, CAR), image("gone.jpg", 902, OTHER));
      var ours =
          Dataset.of(
              CLASSES,
              image("a.jpg", 901, CAR),
              image("gone.jpg", 902, OTHER),
              image("ours.jpg", 903));
      var theirs = Dataset.of(CLASSES, image("a.jpg", 901, CAR), image("theirs.jpg", 904));
      var outcome = merge(base, ours, theirs);
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.merged().images())
          .extracting(LabelledImage::path)
          .containsExactly("a.jpg", "ours.jpg", "theirs.jpg");
    }

    @Test
    void reportsAnImageThatOneSideDeletedAndTheOtherChanged() throws Exception {
      var base = Dataset.of(CLASSES, image("a.jpg", 901, CAR), image("b.jpg", 902, OTHER));
      var ours = Dataset.of(CLASSES, image("b.jpg", 902, OTHER));
      var theirs =
          Dataset.of(
              CLASSES, image("a.jpg", 901, relabelled(CAR, "bus")), image("b.jpg", 902, OTHER));
      assertThat(merge(base, ours, theirs).conflicts())
          .containsExactly("a.jpg: the image: ours deleted, theirs changed");
      assertThat(merge(base, theirs, ours).merged().images()).hasSize(2);
    }

    @Test
    void reportsTwoClassesOfOneNewImage() throws Exception {
      var empty = new Dataset(CLASSES, List.of());
      var ours = Dataset.of(CLASSES, image("a.jpg", 1, Annotation.of("car", new WholeImage())));
      var theirs = Dataset.of(CLASSES, image("a.jpg", 1, Annotation.of("van", new WholeImage())));
      var outcome = merge(new Csv(), empty, ours, theirs);
      assertThat(outcome.conflicts()).containsExactly("a.jpg: class: ours car, theirs van");
      assertThat(outcome.objects()).hasSize(1);
    }

    @Test
    void givesNewGroupsOfTheirsNumbersOfTheirOwn() throws Exception {
      var grouped = Traits.NONE.withGroup(1);
      var ours =
          one(
              CAR,
              box("van", 100, 100, 120, 120).withTraits(grouped),
              box("bus", 130, 100, 150, 120).withTraits(grouped));
      var theirs =
          one(
              CAR,
              box("van", 300, 100, 320, 120).withTraits(grouped),
              box("bus", 330, 100, 350, 120).withTraits(grouped));
      var outcome = merge(new Cvat(), one(CAR), ours, theirs);
      assertThat(outcome.objects())
          .extracting(each -> each.traits().group())
          .containsExactly(0L, 1L, 1L, 2L, 2L);
    }
  }

  @Nested
  class GroupsOfBothSides {
    private static final Annotation A = box("car", 10, 10, 50, 50);
    private static final Annotation B = box("van", 100, 10, 150, 50);
    private static final Annotation C = box("bus", 200, 10, 250, 50);
    private static final Annotation D = box("bus", 300, 10, 350, 50);

    private static Annotation in(long group, Annotation one) {
      return one.withTraits(Traits.NONE.withGroup(group));
    }

    private static Outcome merged(Dataset ours, Dataset theirs) throws Exception {
      return merge(new Datumaro(), one(A, B, C, D), ours, theirs);
    }

    @Test
    void areTwoWhereBothGaveOneNumber() throws Exception {
      var outcome = merged(one(in(1, A), in(1, B), C, D), one(A, B, in(1, C), in(1, D)));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(in(1, A), in(1, B), in(2, C), in(2, D));
    }

    @Test
    void areOneWhereBothHaveTheSameObjects() throws Exception {
      var outcome = merged(one(in(1, A), in(1, B), C, D), one(in(5, A), in(5, B), C, D));
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.objects()).containsExactly(in(1, A), in(1, B), C, D);
    }

    @Test
    void areInConflictWhereAnObjectIsInTwo() throws Exception {
      var outcome =
          merged(
              one(in(1, A), in(1, B), in(1, C), in(1, D)),
              one(in(1, A), in(1, B), in(2, C), in(2, D)));
      assertThat(outcome.conflicts()).hasSize(2);
    }
  }

  @Nested
  class NumbersOfCoco {
    @Test
    void renumbersWhatBothSidesGaveOneNumber() throws Exception {
      var base = Dataset.of(CLASSES, image("a.jpg", 40, numbered(10, box("car", 0, 0, 9, 9))));
      var ours =
          Dataset.of(
              CLASSES,
              image("a.jpg", 40, numbered(10, box("car", 0, 0, 9, 9))),
              image("mine.jpg", 41, numbered(11, box("van", 0, 0, 9, 9))));
      var theirs =
          Dataset.of(
              CLASSES,
              image(
                  "a.jpg",
                  40,
                  numbered(10, box("car", 0, 0, 9, 9)),
                  numbered(11, box("bus", 50, 50, 90, 90))),
              image("yours.jpg", 41, numbered(70, box("van", 0, 0, 9, 9))));
      var outcome = merge(base, ours, theirs);
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(outcome.merged().images())
          .extracting(each -> each.id().getAsLong())
          .containsExactly(40L, 41L, 42L);
      assertThat(outcome.merged().images())
          .flatExtracting(LabelledImage::annotations)
          .extracting(each -> each.id().getAsLong())
          .containsExactly(10L, 71L, 11L, 70L);
      assertThat(merge(base, ours, theirs).folder().text("annotations/instances_train.json"))
          .isEqualTo(outcome.folder().text("annotations/instances_train.json"));
    }

    @Test
    void keepsGapsOfCategoriesAndAddsThoseOfBothSides() throws Exception {
      var base = new Dataset(new Classes(List.of(LabelClass.named("car").withId(3))), List.of());
      var ours =
          Dataset.of(
              new Classes(
                  List.of(LabelClass.named("car").withId(3), LabelClass.named("van").withId(8))),
              image("a.jpg", 901, numbered(1, box("van", 0, 0, 9, 9))));
      var theirs =
          Dataset.of(
              new Classes(
                  List.of(LabelClass.named("car").withId(3), LabelClass.named("bus").withId(8))),
              image("b.jpg", 902, numbered(2, box("bus", 0, 0, 9, 9))));
      var outcome = merge(base, ours, theirs);
      assertThat(outcome.merged().classes().list())
          .containsExactly(
              LabelClass.named("car").withId(3),
              LabelClass.named("van").withId(8),
              LabelClass.named("bus").withId(9));
      assertThat(outcome.merged().image("b.jpg").annotations().getFirst().label()).isEqualTo("bus");
    }

    @Test
    void takesIdsOfCategoriesThatOneSideChangedAndKeepsThemApart() throws Exception {
      var base = new Dataset(classes("car", 3, "van", 7), List.of());
      var ours =
          Dataset.of(
              classes("car", 3, "van", 7, "bus", 8),
              image("a.jpg", 901, numbered(1, box("bus", 0, 0, 9, 9))));
      var theirs = new Dataset(classes("car", 3, "van", 8), List.of());
      assertThat(merge(base, ours, theirs).merged().classes())
          .isEqualTo(classes("car", 3, "van", 8, "bus", 9));
    }

    private static Classes classes(Object... namesAndIds) {
      var classes = new ArrayList<LabelClass>();
      for (int i = 0; i < namesAndIds.length; i += 2) {
        classes.add(LabelClass.named((String) namesAndIds[i]).withId((Integer) namesAndIds[i + 1]));
      }
      return new Classes(classes);
    }

    @Test
    void dropsAClassThatOneSideDeletedUnlessItIsUsed() throws Exception {
      var less = Classes.named(List.of("car", "van"));
      var ours = new Dataset(less, List.of(image("a.jpg", 901, CAR)));
      assertThat(merge(one(CAR), one(CAR), ours).merged().classes().names())
          .containsExactly("car", "van");
      assertThat(merge(one(CAR), one(CAR, OTHER), ours).merged().classes().names())
          .containsExactly("car", "van", "bus");
    }

    @Test
    void refusesAnImageThatASideHasTwice() throws Exception {
      var twice =
          Dataset.of(
              CLASSES,
              image("a.jpg", 901, CAR),
              new LabelledImage("a.jpg", "val", SIZE, List.of()).withId(901));
      assertThatThrownBy(() -> merge(one(CAR), one(CAR), twice))
          .isInstanceOf(LabelMistake.class)
          .hasMessageContaining("their side: image 'a.jpg' twice");
    }
  }

  static Stream<LabelFormat> formats() {
    return Stream.of(new Coco(), new Cvat(), new Datumaro(), new Voc(), new Yolo(Yolo.Task.DETECT));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void mergesInEveryFormatOfBoxes(LabelFormat format) throws Exception {
    var moved = CAR.withShape(new Box(20, 10, 60, 50));
    var outcome =
        merge(
            format,
            one(CAR, OTHER),
            one(moved, OTHER),
            one(relabelled(CAR, "van"), OTHER, box("car", 400, 10, 420, 30)));
    assertThat(outcome.conflicts()).isEmpty();
    assertThat(outcome.objects())
        .extracting(Annotation::label)
        .containsExactly("van", "bus", "car");
    var box = (Box) outcome.objects().getFirst().shape();
    assertThat(box.x1()).isCloseTo(20, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isTheSideThatChangedWhereTheOtherDidNot(long seed) throws Exception {
    var random = new Random(seed);
    var base = random(random);
    var changed = edited(random, base);
    assertThat(merge(base, changed, base).merged().images()).isEqualTo(changed.images());
    var outcome = merge(base, base, changed);
    assertThat(outcome.conflicts()).isEmpty();
    assertThat(plain(outcome.merged())).containsExactlyInAnyOrderElementsOf(plain(changed));
    assertThat(merge(base, changed, changed).merged().images()).isEqualTo(changed.images());
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8})
  void hasTheSameConflictsWithItsSidesSwapped(long seed) throws Exception {
    var random = new Random(seed);
    var base = random(random);
    var ours = edited(random, base);
    var theirs = edited(random, base);
    var outcome = merge(base, ours, theirs);
    var swapped = merge(base, theirs, ours);
    assertThat(swapped.result().conflicts().count())
        .isEqualTo(outcome.result().conflicts().count());
    if (outcome.conflicts().isEmpty()) {
      assertThat(plain(swapped.merged()))
          .containsExactlyInAnyOrderElementsOf(plain(outcome.merged()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void hasEveryEditOfSidesThatTouchedOtherObjects(long seed) throws Exception {
    var random = new Random(seed);
    var base = random(random);
    var ours = new ArrayList<LabelledImage>();
    var theirs = new ArrayList<LabelledImage>();
    var expected = new ArrayList<LabelledImage>();
    for (var image : base.images()) {
      var mine = new ArrayList<Annotation>();
      var others = new ArrayList<Annotation>();
      var both = new ArrayList<Annotation>();
      for (var each : image.annotations()) {
        var after = edit(random).apply(Optional.of(each));
        boolean isOurs = random.nextBoolean();
        (isOurs ? after : Optional.of(each)).ifPresent(mine::add);
        (isOurs ? Optional.of(each) : after).ifPresent(others::add);
        after.ifPresent(both::add);
      }
      if (random.nextBoolean()) {
        var added = numbered(7_000 + ours.size(), box("car", 10, 200, 50, 240));
        mine.add(added);
        both.add(added);
      }
      if (random.nextBoolean()) {
        var added = numbered(7_000 + ours.size(), box("car", 10, 300, 50, 340));
        others.add(added);
        both.add(added);
      }
      Collections.shuffle(mine, random);
      Collections.shuffle(others, random);
      ours.add(image.withAnnotations(mine));
      theirs.add(image.withAnnotations(others));
      expected.add(image.withAnnotations(both));
    }
    var mine = new Dataset(base.classes(), ours);
    var others = new Dataset(base.classes(), theirs);
    for (var outcome : List.of(merge(base, mine, others), merge(base, others, mine))) {
      assertThat(outcome.conflicts()).isEmpty();
      assertThat(plain(outcome.merged()))
          .containsExactlyInAnyOrderElementsOf(plain(new Dataset(base.classes(), expected)));
    }
  }

  private static Dataset random(Random random) {
    var images = new ArrayList<LabelledImage>();
    for (int i = 0; i < 12; i++) {
      var objects = new Annotation[random.nextInt(6)];
      for (int k = 0; k < objects.length; k++) {
        double x = 100.0 * k;
        objects[k] =
            numbered(
                1000 + 10L * i + k,
                box(
                    CLASSES.names().get(random.nextInt(3)),
                    x,
                    10,
                    x + 40 + random.nextInt(20),
                    60));
      }
      images.add(image("images/%d.jpg".formatted(i), 900 + i, objects));
    }
    return new Dataset(CLASSES, images);
  }

  private static Dataset edited(Random random, Dataset base) {
    var images = new ArrayList<LabelledImage>();
    for (var image : base.images()) {
      if (random.nextInt(8) == 0) {
        continue;
      }
      var objects = new ArrayList<Annotation>();
      for (var each : image.annotations()) {
        edit(random).apply(Optional.of(each)).ifPresent(objects::add);
      }
      if (random.nextInt(5) == 0) {
        objects.add(
            numbered(
                5_000 + random.nextInt(100_000), box("car", random.nextInt(400), 200, 500, 400)));
      }
      images.add(image.withAnnotations(objects));
    }
    return new Dataset(base.classes(), images);
  }

  private static UnaryOperator<Optional<Annotation>> edit(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> _ -> Optional.empty();
      case 1 -> one -> one.map(each -> relabelled(each, "bus"));
      case 2 -> {
        int dx = 1 + random.nextInt(4);
        yield one ->
            one.map(each -> {
              var at = (Box) each.shape();
              return each.withShape(new Box(at.x1() + dx, at.y1(), at.x2() + dx, at.y2()));
            });
      }
      case 3 -> one -> one.map(each -> each.withAttributes(Map.of("seen", true)));
      default -> one -> one;
    };
  }

  private static List<List<Object>> plain(Dataset dataset) {
    return dataset.images().stream()
        .<List<Object>>map(image ->
            List.of(
                image.path(),
                image.annotations().stream()
                    .map(each -> each.withId(OptionalLong.empty()).toString())
                    .sorted()
                    .toList()))
        .toList();
  }
}
