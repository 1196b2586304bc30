package dev.fovea.datasets.quality.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Traits;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SoundObjectsTest {
  private static final ImageSize SIZE = new ImageSize(100, 50);
  private static final Annotation CAR = Annotation.of("car", new Box(10, 10, 30, 20));

  private static Optional<LabelledObject> object(Annotation annotation) {
    return new SoundObjects().of(annotation, SIZE);
  }

  private static Optional<LabelledObject> object(Shape shape) {
    return object(Annotation.of("car", shape));
  }

  @Test
  void everyShapeHasItsKindItsBoundsAndItsArea() {
    assertThat(object(CAR).orElseThrow())
        .isEqualTo(
            new LabelledObject(
                "car",
                Kind.BOX,
                10,
                10,
                30,
                20,
                List.of(),
                200,
                object(CAR).orElseThrow().detail()));
    var turned = object(new Box(10, 10, 30, 20, 90)).orElseThrow();
    assertThat(turned.kind()).isEqualTo(Kind.ROTATED);
    assertThat(turned.x1()).isEqualTo(15, within(1e-9));
    assertThat(turned.y2()).isEqualTo(25, within(1e-9));
    assertThat(turned.outline().getFirst().size()).isEqualTo(4);
    var mask = object(Mask.ofRuns(SIZE, 50, 60, 4_890)).orElseThrow();
    assertThat(mask.kind()).isEqualTo(Kind.MASK);
    assertThat(mask.area()).isEqualTo(60);
    assertThat(mask.x2()).isEqualTo(3);
    assertThat(object(new Polyline(Coordinates.of(1, 2, 9, 2))).orElseThrow())
        .extracting(LabelledObject::kind, LabelledObject::area, LabelledObject::x2)
        .containsExactly(Kind.POLYLINE, 0.0, 9.0);
    assertThat(object(new Points(Coordinates.of(7, 7))).orElseThrow().kind())
        .isEqualTo(Kind.POINTS);
    var nose = List.of(Keypoint.ABSENT, new Keypoint(3, 4, Visibility.HIDDEN));
    assertThat(object(Annotation.of("car", new KeypointsOnly()).withKeypoints(nose)).orElseThrow())
        .extracting(LabelledObject::kind, LabelledObject::x1, LabelledObject::y2)
        .containsExactly(Kind.KEYPOINTS, 3.0, 4.0);
    var stated = CAR.withArea(OptionalDouble.of(123.5));
    assertThat(object(stated).orElseThrow().area()).isEqualTo(123.5);
    assertThat(object(CAR.withArea(OptionalDouble.of(Double.NaN))).orElseThrow().area())
        .isEqualTo(200);
  }

  static Stream<Shape> withoutAPlace() {
    return Stream.of(
        new Box(30, 10, 10, 20),
        new Box(10, 10, 10, 20),
        new Box(10, 10, 101, 20),
        new Box(-1, 10, 30, 20),
        new Box(Double.NaN, 10, 30, 20),
        new Box(10, 10, 30, Double.POSITIVE_INFINITY),
        new Box(90, 10, 99, 45, 45),
        new Polygons(Coordinates.of(1, 1, 2, 2, 3, 3)),
        new Polygons(List.of(Coordinates.of(1, 1, 9, 1, 9, 9), Coordinates.of(1, 1, 2, 2, 300, 3))),
        new Points(Coordinates.of()),
        new KeypointsOnly(),
        Mask.ofRuns(SIZE, 5_000),
        Mask.ofRuns(new ImageSize(50, 100), 50, 60, 4_890));
  }

  @ParameterizedTest
  @MethodSource("withoutAPlace")
  void whatCannotBeDrawnInTheImageIsNoObject(Shape shape) {
    assertThat(object(shape)).isEmpty();
  }

  @Test
  void aBadStatedBoxSpoilsAGoodOutline() {
    var outline =
        Annotation.of("car", new Polygons(Coordinates.of(1, 1, 9, 1, 9, 9)))
            .withBox(Optional.of(new Box(5, 5, 200, 9)));
    assertThat(object(outline)).isEmpty();
  }

  @Test
  void anyChangeIsAnotherDetailAndANumberIsNone() {
    var colour = CAR.withAttributes(Map.of("a", "1"));
    var all =
        List.of(
            CAR,
            CAR.withShape(new Box(10, 10, 30, 20.000001)),
            CAR.withShape(new Polygons(Coordinates.of(10, 10, 30, 10, 30, 20, 10, 20))),
            CAR.withShape(
                new Polygons(
                    List.of(
                        Coordinates.of(10, 10, 30, 10, 30, 20), Coordinates.of(1, 1, 5, 1, 5, 5)))),
            CAR.withShape(Mask.ofRuns(SIZE, 50, 60, 4_890)),
            CAR.withShape(Mask.ofRuns(SIZE, 50, 61, 4_889)),
            CAR.withKeypoints(List.of(new Keypoint(11, 11, Visibility.VISIBLE))),
            CAR.withKeypoints(List.of(new Keypoint(11, 11, Visibility.HIDDEN))),
            CAR.withBox(Optional.of(new Box(10, 10, 30, 20))),
            CAR.withArea(OptionalDouble.of(7)),
            CAR.withTraits(Traits.NONE.withCrowd(true)),
            CAR.withTraits(Traits.NONE.withOccluded(true)),
            CAR.withTraits(Traits.NONE.withTruncated(true)),
            CAR.withTraits(Traits.NONE.withDifficult(true)),
            CAR.withTraits(Traits.NONE.withGroup(1)),
            CAR.withTraits(Traits.NONE.withZOrder(1)),
            colour,
            CAR.withAttributes(Map.of("a", 1L)),
            CAR.withAttributes(Map.of("a", "1\nattribute 1 b String 1 2")),
            CAR.withAttributes(Map.of("a", "1", "b", "2")));
    var details = all.stream().map(AnnotationDetail::of).toList();
    assertThat(new HashSet<>(details)).hasSize(all.size());
    assertThat(details).allMatch(detail -> detail.matches("[0-9a-f]{16}"));
    assertThat(AnnotationDetail.of(colour.withId(OptionalLong.of(9))))
        .isEqualTo(AnnotationDetail.of(colour));
    assertThat(AnnotationDetail.of(CAR.withLabel("van"))).isEqualTo(AnnotationDetail.of(CAR));
  }

  /** The text that is hashed is part of every version's digest: another one makes new versions. */
  @Test
  void theDetailOfAnAnnotationStays() {
    assertThat(AnnotationDetail.of(CAR)).isEqualTo("43442ca3e8a575d9");
  }

  @Test
  void outlinesOfManyPointsAndPartsAreThinnedAndStayInPlace() {
    var ring =
        Coordinates.of(
            IntStream.range(0, 1_000)
                .boxed()
                .flatMap(i ->
                    Stream.of(
                        50 + 20 * Math.cos(i * Math.PI / 500),
                        25 + 20 * Math.sin(i * Math.PI / 500)))
                .mapToDouble(Double::doubleValue)
                .toArray());
    var thin = Outline.of(new Polygons(ring)).getFirst();
    assertThat(thin.size()).isEqualTo(LabelledObject.MOST_POINTS);
    assertThat(thin.area()).isEqualTo(ring.area(), within(5.0));

    var crumbs =
        IntStream.range(0, 100)
            .mapToObj(i -> Coordinates.of(i, 0, i + .5, 0, i, .5))
            .collect(java.util.stream.Collectors.toList());
    crumbs.add(ring);
    var parts = Outline.of(new Polygons(crumbs));
    assertThat(parts).hasSize(8);
    assertThat(parts.stream().mapToInt(Coordinates::size).sum())
        .isLessThanOrEqualTo(LabelledObject.MOST_POINTS);
    assertThat(parts.getFirst().area()).isGreaterThan(800);
  }

  @ParameterizedTest
  @CsvSource({
    "train, train",
    "Train, train",
    "training, train",
    "train2017, train",
    "val2017, val",
    "valid, val",
    "Validation, val",
    "test, test",
    "testing, test",
    "trainval, ''",
    "train20171, ''",
    "odd, ''",
    "'', ''"
  })
  void knowsHowFormatsNameTheirSplits(String name, String split) {
    assertThat(SplitName.of(name).orElse("")).isEqualTo(split);
  }
}
