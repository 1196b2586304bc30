package dev.fovea.vision.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnomalyCollectorTest {
  private final AnomalyCollector collector = new AnomalyCollector();

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesScoresThatAreNone(float score) {
    assertThatThrownBy(() -> collector.add(7, 0, 2, 1, new float[] {0, score}, new byte[] {0, 1}))
        .hasMessage("image 7, pixel 1: score %s (expected: a finite number)".formatted(score));
    assertThatThrownBy(() -> collector.add(7, score, false))
        .hasMessage("image 7: score %s (expected: a finite number)".formatted((double) score));
    keptNothing();
  }

  @Test
  void refusesSizesThatAreNone() {
    assertThatThrownBy(() -> collector.add(7, 0, 0, 5, new float[0], new byte[0]))
        .hasMessage("image 7: 0 x 5 px (expected: 1 to 16777216 pixels)");
    assertThatThrownBy(() -> collector.add(7, 0, -2, -2, new float[4], new byte[4]))
        .hasMessageContaining("-2 x -2 px");
    // 2³² pixels: 0 as an int
    assertThatThrownBy(() -> collector.add(7, 0, 65536, 65536, new float[0], new byte[0]))
        .hasMessageContaining("65536 x 65536 px");
    assertThatThrownBy(() -> collector.add(7, 0, 2, 2, new float[4], new byte[3]))
        .hasMessage("image 7: 4 scores and 3 pixels of a mask (expected: 2 x 2 of both)");
    assertThatThrownBy(() -> collector.add(7, 0, 2, 2, new float[5], new byte[4]))
        .hasMessageContaining("5 scores and 4");
    keptNothing();
  }

  @Test
  void refusesAnImageTwiceAndTooMany() {
    var two = new AnomalyCollector(new AnomalyLimits(2, 10)).add(1, 0.5, true);
    assertThatThrownBy(() -> two.add(1, 0.5, true))
        .hasMessage("image 1: added twice (expected: each id once)");
    two.add(2, 0.5, 1, 1, new float[1], new byte[1]);
    assertThatThrownBy(() -> two.add(3, 0.5, 1, 1, new float[1], new byte[1]))
        .hasMessageStartingWith("images: more than 2");
    assertThat(two.collected().imageCount()).isEqualTo(2);
    assertThatThrownBy(() -> new AnomalyLimits(1, 0))
        .hasMessageContaining("limits: 1 images, 0 scores");
  }

  @Test
  void refusesScoresThatAreTooManyHoweverRoundedAndRoundsNothingForThem() {
    var few = new AnomalyCollector(new AnomalyLimits(10, 6));
    float[] fine = {1, 1.0001f, 1.0002f, 1.0003f};
    few.add(1, 1, 4, 1, fine, new byte[] {1, 0, 0, 0});
    // Powers of two stay apart whatever is dropped.
    float[] wide = {1, 2, 4, 8, 16, 32};
    assertThatThrownBy(() -> few.add(2, 1, 6, 1, wide, new byte[6]))
        .hasMessage(
            "scores: more than 6 even with 18 bits dropped (evaluate fewer images at a time or collect under larger limits)");
    assertThat(few.collected().exact()).isTrue();
    assertThat(few.collected().imageCount()).isEqualTo(1);
    few.add(2, 1, 4, 1, new float[] {1, 2, 4, 8}, new byte[4]);
    assertThat(few.collected().exact()).isFalse();
    assertThat(few.collected().imageCount()).isEqualTo(2);
  }

  @Test
  void dropsNoMoreBitsThanItMust() {
    var random = new Random(1);
    var collected = new AnomalyCollector(new AnomalyLimits(100, 2000));
    var pixels = new float[400];
    var mask = new byte[400];
    mask[5] = 1;
    int last = 23;
    for (int image = 0; image < 60; image++) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = 0.5f + random.nextFloat() / 2;
      }
      collected.add(image, 1, 20, 20, pixels, mask);
      int bits = collected.collected().scoreBits();
      assertThat(bits).isLessThanOrEqualTo(last);
      assertThat(image < 5 ? 23 : bits).isEqualTo(bits);
      last = bits;
    }
    // 60 images of at most 2⁵ scores fit, of 2⁶ they don't.
    assertThat(last).isEqualTo(5);
  }

  @Test
  void takesZerosOfBothSignsForTheSameScoreAndOrdersNegativeOnes() {
    float[] ascending = {-Float.MAX_VALUE, -2, -1, -Float.MIN_VALUE, 0, Float.MIN_VALUE, 1, 3e38f};
    for (int i = 1; i < ascending.length; i++) {
      assertThat(ScoreKeys.key(ascending[i])).isGreaterThan(ScoreKeys.key(ascending[i - 1]));
    }
    assertThat(ScoreKeys.key(-0.0f)).isEqualTo(ScoreKeys.key(0.0f));
    var measured =
        new AnomalyCollector()
            .add(1, 0, 2, 1, new float[] {0.0f, -0.0f}, new byte[] {1, 0})
            .collected();
    assertThat(measured.pixelAuroc()).hasValue(0.5);
  }

  private void keptNothing() {
    assertThatThrownBy(collector::collected).hasMessage("images: none (add at least one)");
  }
}
