package dev.fovea.labels.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.Traits;
import dev.fovea.labels.compare.AnnotationDiff.Pair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationDiffTest {
  private static final Annotation CAR = box("car", 10, 10, 30, 30);

  private static Annotation box(String label, double x1, double y1, double x2, double y2) {
    return Annotation.of(label, new Box(x1, y1, x2, y2));
  }

  private static Annotation numbered(long id, Annotation annotation) {
    return annotation.withId(OptionalLong.of(id));
  }

  private static AnnotationDiff diff(List<Annotation> before, List<Annotation> after) {
    return AnnotationDiff.between(before, after);
  }

  @Nested
  class Kinds {
    @Test
    void saysWhatWasAddedAndRemoved() {
      var far = box("car", 200, 200, 220, 220);
      var diff = diff(List.of(CAR), List.of(far));
      assertThat(diff.removed()).containsExactly(CAR);
      assertThat(diff.added()).containsExactly(far);
      assertThat(diff.moved()).isEmpty();
    }

    @Test
    void saysWhatMoved() {
      var there = box("car", 12, 10, 32, 30);
      var diff = diff(List.of(CAR), List.of(there));
      assertThat(diff.moved()).containsExactly(new Pair(CAR, there));
      assertThat(diff.added()).isEmpty();
      assertThat(diff.removed()).isEmpty();
    }

    @Test
    void saysWhatIsOfAnotherClass() {
      var van = box("van", 10, 10, 30, 30);
      assertThat(diff(List.of(CAR), List.of(van)).relabelled()).containsExactly(new Pair(CAR, van));
    }

    @Test
    void saysWhatChangedInItsPlace() {
      var hidden = CAR.withTraits(Traits.NONE.withOccluded(true));
      var red = CAR.withAttributes(Map.of("colour", "red"));
      var outlined =
          CAR.withShape(new Polygons(Coordinates.of(10, 10, 30, 10, 30, 30, 10, 30, 12, 20)));
      for (var other : List.of(hidden, red, outlined)) {
        var diff = diff(List.of(CAR), List.of(other));
        assertThat(diff.changed()).containsExactly(new Pair(CAR, other));
        assertThat(diff.isEmpty()).isFalse();
      }
    }

    @Test
    void takesWhatAFormatRoundedForTheSamePlace() {
      var rounded = box("car", 10.0000004, 10, 30, 29.9999996);
      assertThat(diff(List.of(CAR), List.of(rounded)).changed()).hasSize(1);
    }

    @Test
    void findsNothingWhereOnlyNumbersAndOrderDiffer() {
      var other = box("van", 50, 50, 60, 60);
      var diff =
          diff(
              List.of(numbered(1, CAR), numbered(2, other)),
              List.of(numbered(8, other), numbered(9, CAR)));
      assertThat(diff.isEmpty()).isTrue();
      assertThat(diff.unchanged()).hasSize(2);
    }

    @Test
    void comparesClassesOfWholeImages() {
      var cat = Annotation.of("cat", new WholeImage());
      var dog = Annotation.of("dog", new WholeImage());
      var bird = Annotation.of("bird", new WholeImage());
      var diff = diff(List.of(cat, dog), List.of(bird, cat));
      assertThat(diff.unchanged()).containsExactly(new Pair(cat, cat));
      assertThat(diff.relabelled()).containsExactly(new Pair(dog, bird));
      assertThat(diff(List.of(cat), List.of(cat, dog)).added()).containsExactly(dog);
    }

    @Test
    void countsEachOfSeveralEqualOnes() {
      var diff = diff(List.of(CAR, CAR, CAR), List.of(CAR, CAR));
      assertThat(diff.unchanged()).hasSize(2);
      assertThat(diff.removed()).containsExactly(CAR);
    }

    @Test
    void tellsAttributesOfOneTextApart() {
      var text = CAR.withAttributes(Map.of("n", "1"));
      var number = CAR.withAttributes(Map.of("n", 1L));
      assertThat(diff(List.of(text), List.of(number)).changed()).hasSize(1);
    }
  }

  @Nested
  class Identity {
    @Test
    void followsNumbersThatTheUnchangedOnesConfirm() {
      var still = numbered(1, box("car", 300, 300, 340, 340));
      var before = numbered(2, CAR);
      var after = numbered(2, box("car", 100, 100, 120, 120));
      var diff = diff(List.of(still, before), List.of(still, after));
      assertThat(diff.moved()).containsExactly(new Pair(before, after));
    }

    @Test
    void doesNotFollowNumbersThatWereGivenAnew() {
      // All numbers are one less, as an exporter that counts has it after a removal.
      var still = box("car", 300, 300, 340, 340);
      var moved = box("car", 12, 10, 32, 30);
      var diff =
          diff(
              List.of(
                  numbered(1, box("car", 100, 0, 110, 10)), numbered(2, CAR), numbered(3, still)),
              List.of(numbered(1, moved), numbered(2, still)));
      assertThat(diff.moved()).containsExactly(new Pair(numbered(2, CAR), numbered(1, moved)));
      assertThat(diff.removed()).hasSize(1);
    }

    @Test
    void prefersOverlapWhereNothingConfirmsNumbers() {
      var other = box("car", 100, 100, 130, 130);
      var diff =
          diff(
              List.of(numbered(1, CAR), numbered(2, other)),
              List.of(
                  numbered(2, box("car", 11, 10, 31, 30)),
                  numbered(3, box("car", 101, 100, 131, 130))));
      assertThat(diff.moved())
          .extracting(pair -> pair.after().id().getAsLong())
          .containsExactly(2L, 3L);
    }

    @Test
    void pairsSoThatTheOverlapIsBestInAll() {
      // The nearest partner of both is the second; only one of them has another.
      var a = box("car", 0, 0, 100, 100);
      var b = box("car", 20, 0, 120, 100);
      var nearBoth = box("car", 12, 0, 112, 100);
      var nearFirst = box("car", -25, 0, 75, 100);
      var diff = diff(List.of(a, b), List.of(nearBoth, nearFirst));
      assertThat(diff.moved()).containsExactly(new Pair(a, nearFirst), new Pair(b, nearBoth));
    }

    @Test
    void prefersTheSameClassToALargerOverlap() {
      var car = box("car", 4, 0, 104, 100);
      var van = box("van", 1, 0, 101, 100);
      var diff = diff(List.of(box("car", 0, 0, 100, 100)), List.of(car, van));
      assertThat(diff.moved()).hasSize(1);
      assertThat(diff.added()).containsExactly(van);
    }

    @Test
    void findsAPointThatMovedWithinItsPixel() {
      var point = Annotation.of("eye", new Points(Coordinates.of(7, 7)));
      var near = Annotation.of("eye", new Points(Coordinates.of(7.2, 7)));
      assertThat(diff(List.of(point), List.of(near)).moved()).hasSize(1);
    }

    @Test
    void matchesAnInvertedBoxWithItsMendedOne() {
      var inverted = box("car", 30, 10, 10, 30);
      assertThat(diff(List.of(inverted), List.of(CAR)).moved()).hasSize(1);
    }

    @Test
    void endsOnWhatIsNotFinite() {
      var wild =
          Stream.of(Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, -Double.MAX_VALUE)
              .map(edge -> box("car", 0, 0, edge, 10))
              .toList();
      assertThat(diff(wild, wild).isEmpty()).isTrue();
      assertThat(diff(wild, List.of(CAR)).removed()).hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void turnsWithItsSidesAndDoesNotDependOnOrder(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      var before = some(random, 1 + random.nextInt(30));
      var after = edited(random, before);
      var diff = diff(before, after);
      assertThat(counted(all(diff, true))).isEqualTo(counted(before));
      assertThat(counted(all(diff, false))).isEqualTo(counted(after));

      var turned = diff(after, before);
      assertThat(counted(turned.added())).isEqualTo(counted(diff.removed()));
      assertThat(counted(turned.removed())).isEqualTo(counted(diff.added()));
      assertThat(counted(turned(turned.moved()))).isEqualTo(counted(diff.moved()));
      assertThat(counted(turned(turned.relabelled()))).isEqualTo(counted(diff.relabelled()));
      assertThat(counted(turned(turned.changed()))).isEqualTo(counted(diff.changed()));

      var mixed = new ArrayList<>(before);
      Collections.shuffle(mixed, random);
      var again = diff(mixed, after);
      assertThat(counted(again.moved())).isEqualTo(counted(diff.moved()));
      assertThat(counted(again.relabelled())).isEqualTo(counted(diff.relabelled()));
      assertThat(counted(again.removed())).isEqualTo(counted(diff.removed()));
    }
  }

  @Test
  void findsTheEditsOfACrowdedImage() {
    var random = new Random(5);
    var before = new ArrayList<Annotation>();
    for (int i = 0; i < 400; i++) {
      double x = (i % 20) * 50;
      double y = (i / 20) * 50;
      before.add(box("car", x, y, x + 40, y + 40));
    }
    var after = new ArrayList<Annotation>();
    int moved = 0;
    for (var one : before) {
      var at = (Box) one.shape();
      double dx = random.nextInt(6);
      moved += dx > 0 ? 1 : 0;
      after.add(box("car", at.x1() + dx, at.y1(), at.x2() + dx, at.y2()));
    }
    Collections.shuffle(after, random);
    var diff = diff(before, after);
    assertThat(diff.moved()).hasSize(moved);
    assertThat(diff.unchanged()).hasSize(400 - moved);
    assertThat(diff.moved())
        .allMatch(
            pair -> ((Box) pair.after().shape()).x1() - ((Box) pair.before().shape()).x1() <= 5);
  }

  @Nested
  class TensOfThousands {
    @Test
    void areComparedInSecondsWhereAFewChanged() {
      var random = new Random(6);
      var before = some(random, 100_000);
      var after = new ArrayList<>(before);
      Collections.shuffle(after, random);
      for (int i = 0; i < 1_000; i++) {
        after.set(i, box("van", i, i, i + 10, i + 10));
      }
      Assertions.assertTimeout(
          Duration.ofSeconds(20),
          () -> assertThat(diff(before, after).unchanged()).hasSizeGreaterThan(98_000));
    }

    @Test
    void areComparedInSecondsWhereAllMovedOntoEachOther() {
      var random = new Random(7);
      var before = heap(random);
      var after = heap(random);
      Assertions.assertTimeout(
          Duration.ofSeconds(30),
          () -> {
            var diff = diff(before, after);
            assertThat(diff.moved().size() + diff.changed().size()).isGreaterThan(24_000);
          });
    }

    private static List<Annotation> heap(Random random) {
      return random
          .doubles(30_000)
          .mapToObj(share -> box("car", 50 * share, 0, 100 + 50 * share, 100))
          .toList();
    }
  }

  private static List<Annotation> some(Random random, int count) {
    var all = new ArrayList<Annotation>();
    for (int i = 0; i < count; i++) {
      double x = random.nextInt(count < 100 ? 60 : 5_000);
      double y = random.nextInt(count < 100 ? 60 : 5_000);
      var label = random.nextBoolean() ? "car" : "van";
      var one =
          random.nextInt(10) == 0
              ? Annotation.of(label, new WholeImage())
              : box(label, x, y, x + 10 + random.nextInt(20), y + 10 + random.nextInt(20));
      all.add(random.nextInt(3) == 0 ? numbered(random.nextInt(2 * count), one) : one);
    }
    return all;
  }

  private static List<Annotation> edited(Random random, List<Annotation> before) {
    var after = new ArrayList<Annotation>();
    for (var one : before) {
      switch (random.nextInt(6)) {
        case 0 -> {}
        case 1 -> after.add(one.withTraits(Traits.NONE.withTruncated(true)));
        case 2 -> after.add(one.withShape(box("x", 5, 5, 25, 25).shape()));
        case 3 -> {
          if (one.shape() instanceof Box at) {
            after.add(one.withShape(new Box(at.x1() + 2, at.y1(), at.x2() + 2, at.y2())));
          }
        }
        default -> after.add(one);
      }
    }
    after.addAll(some(random, 1 + random.nextInt(3)));
    Collections.shuffle(after, random);
    return after;
  }

  private static List<Annotation> all(AnnotationDiff diff, boolean before) {
    var all = new ArrayList<>(before ? diff.removed() : diff.added());
    Stream.of(diff.moved(), diff.relabelled(), diff.changed(), diff.unchanged())
        .flatMap(List::stream)
        .forEach(pair -> all.add(before ? pair.before() : pair.after()));
    return all;
  }

  private static List<Pair> turned(List<Pair> pairs) {
    return pairs.stream().map(pair -> new Pair(pair.after(), pair.before())).toList();
  }

  private static <T> Map<T, Integer> counted(List<T> all) {
    var counts = new HashMap<T, Integer>();
    all.forEach(one -> counts.merge(one, 1, Integer::sum));
    return counts;
  }
}
