package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.mask.RunLengths;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskCollectorTest {
  private final MaskCollector collector = new MaskCollector(1).image(10, 4, 3);

  @Test
  void refusesMasksOfAnotherSize() {
    assertThatThrownBy(() -> collector.detection(10, 1, 0.5, new int[] {3, 8}))
        .hasMessage("mask: runs of 11 pixels in all (expected: 4 x 3 = 12)");
    assertThatThrownBy(() -> collector.truth(10, 1, new int[] {0, 13}, 1, false))
        .hasMessage("mask: runs of 13 pixels in all (expected: 4 x 3 = 12)");
    assertThatThrownBy(() -> collector.truth(10, 1, new int[] {-1, 13}, 1, false))
        .hasMessage("mask: a run of -1 pixels (expected: at least 0)");
    assertThatThrownBy(() -> collector.image(11, 1 << 15, 1 << 15))
        .hasMessageStartingWith("mask: an image of 32768 x 32768 px");
    assertThat(collector.collected().imageCount()).isEqualTo(1);
    assertThat(collector.collected().truthCount()).isZero();
    assertThat(collector.collected().detectionCount()).isZero();
  }

  @Test
  void refusesUnknownImagesAndNumbersThatAreNone() {
    int[] all = {0, 12};
    assertThatThrownBy(() -> collector.detection(11, 1, 0.5, all))
        .hasMessageStartingWith("image 11: unknown");
    assertThatThrownBy(() -> collector.detection(10, 2, 0.5, all))
        .hasMessageStartingWith("category 2: unknown");
    assertThatThrownBy(() -> collector.detection(10, 1, Double.NaN, all))
        .hasMessageStartingWith("score of a detection: NaN");
    assertThatThrownBy(() -> collector.truth(10, 1, all, -1, false))
        .hasMessageStartingWith("area of a truth: -1.0");
    assertThatThrownBy(() -> collector.image(10, 4, 3)).hasMessageContaining("added twice");
  }

  @Test
  void refusesMoreThanItsLimits() {
    var limited = new MaskCollector(new CollectorLimits(9, 2, 2, 5), 1).image(1, 4, 3);
    limited.truth(1, 1, new int[] {3, 3, 6}, 3, false);
    assertThatThrownBy(() -> limited.truth(1, 1, new int[] {3, 1, 1, 1, 1, 5}, 3, false))
        .hasMessageStartingWith("masks of truths: more than 5 runs");
    limited.detection(1, 1, 0.5, new int[] {3, 1, 1, 7});
    assertThatThrownBy(() -> limited.detection(1, 1, 0.5, new int[] {3, 1, 1, 1, 1, 5}))
        .hasMessageStartingWith("masks of detections: more than 5 runs");
    assertThat(CocoEvaluation.of(limited.collected()).summary().ar()).isZero();
  }

  @Test
  void countsThePixelsThatTwoMasksShare() {
    var random = new Random(8);
    for (int round = 0; round < 400; round++) {
      int width = 1 + random.nextInt(9);
      int height = 1 + random.nextInt(9);
      var truth = blob(random, width * height);
      var found = blob(random, width * height);
      var pool = new MaskPool("any", 1000);
      pool.add(RunLengths.of(truth, width * height));
      pool.add(RunLengths.of(found, width * height));
      var both = (BitSet) truth.clone();
      both.and(found);
      var either = (BitSet) truth.clone();
      either.or(found);
      double shared = both.cardinality();
      assertThat(pool.masks().overlap(1, pool.masks(), 0, false))
          .isEqualTo(either.isEmpty() ? 0 : shared / either.cardinality());
      assertThat(pool.masks().overlap(1, pool.masks(), 0, true))
          .isEqualTo(found.isEmpty() ? 0 : shared / found.cardinality());
      assertThat(pool.masks().area(0)).isEqualTo(truth.cardinality());
    }
  }

  @Test
  void takesRunsOfLengthZeroForWhatTheyAre() {
    var pool = new MaskPool("any", 1000);
    pool.add(new int[] {0, 0, 2, 3, 0, 2, 5, 0});
    pool.add(new int[] {2, 5, 5});
    assertThat(pool.masks().overlap(0, pool.masks(), 1, false)).isEqualTo(1);
    assertThat(pool.masks().inOrder(new int[] {0}).same(pool.masks().inOrder(new int[] {1})))
        .isTrue();
  }

  private static BitSet blob(Random random, int length) {
    var bits = new BitSet();
    if (random.nextInt(8) > 0) {
      int from = random.nextInt(length);
      bits.set(from, from + random.nextInt(length - from + 1));
      bits.flip(random.nextInt(length));
    }
    return bits;
  }
}
