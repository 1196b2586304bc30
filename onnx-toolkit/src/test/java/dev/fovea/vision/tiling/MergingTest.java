package dev.fovea.vision.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.detection.Detections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergingTest {
  private static final int SIDE = 48;

  @Test
  void putsAnObjectTogetherThatTheEdgeOfATileCut() {
    var left = new Detection(0, 0.8, 10, 10, 34, 30);
    var right = new Detection(0, 0.6, 20, 11, 50, 31);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOS, left, right))
        .containsExactly(new Detection(0, 0.8, 10, 10, 50, 31));
    assertThat(merged(Merge.NMS, Match.IOS, right, left)).containsExactly(left);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOU, left, right))
        .as("each is less than half of what both cover")
        .containsExactly(left, right);
  }

  @Test
  void mergesAPieceIntoTheWholeByIosAlone() {
    var whole = new Detection(0, 0.6, 0, 0, 40, 40);
    var piece = new Detection(0, 0.9, 0, 0, 10, 10);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOS, whole, piece))
        .containsExactly(new Detection(0, 0.9, 0, 0, 40, 40));
    assertThat(merged(Merge.GREEDY_NMM, Match.IOU, whole, piece)).containsExactly(piece, whole);
  }

  @Test
  void leavesClassesApart() {
    var one = new Detection(0, 0.8, 10, 10, 30, 30);
    var other = new Detection(1, 0.9, 10, 10, 30, 30);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOS, one, other)).containsExactly(other, one);
  }

  @Test
  void growsNoFurtherByWhatMatchedItOnlyBeforeItGrew() {
    var surest = new Detection(0, 0.9, 10, 0, 20, 10);
    var second = new Detection(0, 0.8, 10, 0, 28, 10);
    var third = new Detection(0, 0.7, 2, 0, 20, 10);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOU, third, second, surest))
        .as("the third overlaps the surest by 10/18, and what it has grown to by 10/26")
        .containsExactly(new Detection(0, 0.9, 10, 0, 28, 10));
  }

  @Test
  void matchesWhatIsJustAtTheThreshold() {
    var surest = new Detection(0, 0.9, 0, 0, 10, 10);
    var half = new Detection(0, 0.8, 0, 0, 20, 10);
    assertThat(merged(Merge.GREEDY_NMM, Match.IOU, surest, half))
        .containsExactly(new Detection(0, 0.9, 0, 0, 20, 10));
    assertThat(merged(Merge.NMS, Match.IOU, surest, half)).containsExactly(surest);
  }

  @Test
  void matchesNothingWithABoxOfNoArea() {
    var line = new Detection(0, 0.9, 5, 5, 5, 20);
    var box = new Detection(0, 0.8, 0, 0, 20, 20);
    for (var match : Match.values()) {
      assertThat(merged(Merge.GREEDY_NMM, match, line, line, box)).containsExactly(line, line, box);
    }
  }

  /** Against the definition on pixels that are counted, with boxes that overlap a lot. */
  @ParameterizedTest
  @CsvSource({
    "GREEDY_NMM, IOS, 0.5",
    "GREEDY_NMM, IOU, 0.5",
    "NMS, IOS, 0.5",
    "NMS, IOU, 0.3",
    "GREEDY_NMM, IOS, 0.9",
    "GREEDY_NMM, IOU, 0.1",
    "GREEDY_NMM, IOS, 0.01",
    "GREEDY_NMM, IOS, 1"
  })
  void doesWhatItsDefinitionSaysOnCountedPixels(Merge merge, Match match, double threshold) {
    var spec = new TilesSpec(64, 64, 0, true, merge, match, threshold);
    var random = new SplittableRandom(9);
    for (int round = 0; round < 300; round++) {
      var found = new ArrayList<Detection>();
      int count = random.nextInt(40);
      for (int i = 0; i < count; i++) {
        int x = random.nextInt(SIDE - 1);
        int y = random.nextInt(SIDE - 1);
        found.add(
            new Detection(
                random.nextInt(3),
                random.nextInt(1, 8) / 8.0, // many are equally sure
                x,
                y,
                random.nextInt(x + 1, SIDE + 1),
                random.nextInt(y + 1, SIDE + 1)));
      }
      var expected = byDefinition(spec, found);
      var merged = new Merging(spec).merged(found, 1_000);
      assertThat(merged).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(merged).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));

      Collections.shuffle(found, new Random(round));
      assertThat(new Merging(spec).merged(found, 1_000))
          .as("whatever the order of tiles")
          .isEqualTo(merged);
      int most = 1 + merged.size() / 2;
      assertThat(new Merging(spec).merged(found, most))
          .isEqualTo(merged.subList(0, Math.min(most, merged.size())));
    }
  }

  @Test
  void looksAtNoMoreThanTheSurestOfManyTiles() {
    var tiles = new TiledDetections(TilesSpec.of(64, 64), 100);
    var random = new SplittableRandom(3);
    int count = 0;
    for (int tile = 0; tile < 400; tile++) {
      var found = new ArrayList<Detection>();
      for (int i = 0; i < 300; i++) {
        // Nothing overlaps: each has a place of its own.
        double x = 2 * (count % 600);
        double y = 2 * (count / 600);
        found.add(new Detection(0, random.nextDouble(), x, y, x + 1, y + 1));
        count++;
      }
      tiles.add(new Tile(1_000, 2_000, 2_000, 2_000), new Detections(found, 2));
    }
    var merged = tiles.merged();
    assertThat(merged.unusable()).isEqualTo(800);
    assertThat(merged.found()).hasSize(100);
    assertThat(merged.found().getLast().score()).isCloseTo(1 - 100 / 120_000.0, within(3e-4));
    assertThat(merged.found())
        .allSatisfy(
            each -> assertThat(Math.min(each.x1() - 1_000, each.y1() - 2_000)).isNotNegative());
  }

  private static List<Detection> merged(Merge merge, Match match, Detection... found) {
    return new Merging(new TilesSpec(64, 64, 0, true, merge, match, 0.5))
        .merged(List.of(found), 100);
  }

  private static List<Detection> byDefinition(TilesSpec spec, List<Detection> found) {
    var left = new ArrayList<>(found);
    var kept = new ArrayList<Detection>();
    while (!left.isEmpty()) {
      var surest = left.getFirst();
      for (var each : left) {
        surest = isBefore(each, surest) ? each : surest;
      }
      left.remove(surest);
      var matched = new ArrayList<Detection>();
      for (var each : List.copyOf(left)) {
        if (each.category() == surest.category() && match(spec, surest, each) >= spec.threshold()) {
          left.remove(each);
          matched.add(each);
        }
      }
      matched.sort((a, b) -> isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0);
      var box = surest;
      for (var each : matched) {
        if (spec.merge() == Merge.GREEDY_NMM && match(spec, box, each) >= spec.threshold()) {
          box =
              new Detection(
                  box.category(),
                  box.score(),
                  Math.min(box.x1(), each.x1()),
                  Math.min(box.y1(), each.y1()),
                  Math.max(box.x2(), each.x2()),
                  Math.max(box.y2(), each.y2()));
        }
      }
      kept.add(box);
    }
    return kept;
  }

  private static boolean isBefore(Detection one, Detection other) {
    var a = new double[] {-one.score(), one.x1(), one.y1(), one.x2(), one.y2()};
    var b = new double[] {-other.score(), other.x1(), other.y1(), other.x2(), other.y2()};
    return Arrays.compare(a, b) < 0;
  }

  private static double match(TilesSpec spec, Detection one, Detection other) {
    var both = pixels(one);
    both.and(pixels(other));
    var all = pixels(one);
    all.or(pixels(other));
    double smaller = Math.min(pixels(one).cardinality(), pixels(other).cardinality());
    return both.cardinality() / (spec.match() == Match.IOS ? smaller : all.cardinality());
  }

  private static BitSet pixels(Detection box) {
    var pixels = new BitSet();
    for (int y = (int) box.y1(); y < box.y2(); y++) {
      pixels.set(y * SIDE + (int) box.x1(), y * SIDE + (int) box.x2());
    }
    return pixels;
  }
}
