package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxCollectorTest {
  private final BoxCollector collector = new BoxCollector(3, 1).image(10);

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesScoresThatAreNotFinite(double score) {
    assertThatThrownBy(() -> collector.detection(10, 1, score, 0, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("score of a detection: %s (expected: a finite number)".formatted(score));
    assertThat(collector.collected().detectionCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -0.001, 1e101})
  void refusesSizesAndAreasThatAreNone(double size) {
    assertThatThrownBy(() -> collector.detection(10, 1, 1, 0, 0, size, 1))
        .hasMessageStartingWith("box: %s x 1.0 px at (0.0, 0.0)".formatted(size));
    assertThatThrownBy(() -> collector.detection(10, 1, 1, 0, 0, 1, size))
        .hasMessageContaining("sizes not negative");
    assertThatThrownBy(() -> collector.truth(10, 1, 0, 0, size, 1, 1, false))
        .hasMessageContaining("sizes not negative");
    assertThatThrownBy(() -> collector.truth(10, 1, 0, 0, 1, 1, size, false))
        .hasMessageStartingWith("area of a truth: %s px²".formatted(size));
    assertThat(collector.collected().detectionCount()).isZero();
    assertThat(collector.collected().truthCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, -1e101, 1e101})
  void refusesPlacesThatAreNone(double place) {
    assertThatThrownBy(() -> collector.detection(10, 1, 1, place, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> collector.truth(10, 1, 0, place, 1, 1, 1, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesUnknownImagesAndCategories() {
    assertThatThrownBy(() -> collector.detection(11, 1, 1, 0, 0, 1, 1))
        .hasMessage("image 11: unknown among 1 images (add the image first)");
    assertThatThrownBy(() -> collector.truth(11, 1, 0, 0, 1, 1, 1, false))
        .hasMessageStartingWith("image 11: unknown");
    assertThatThrownBy(() -> collector.detection(10, 2, 1, 0, 0, 1, 1))
        .hasMessage("category 2: unknown (expected: one of 2, from 1 to 3)");
    assertThatThrownBy(() -> collector.truth(10, 2, 0, 0, 1, 1, 1, false))
        .hasMessageStartingWith("category 2: unknown");
    assertThatThrownBy(
            () -> CocoEvaluation.of(collector.collected()).averagePrecision(2, AreaRange.ALL))
        .hasMessageStartingWith("category 2: unknown");
  }

  @Test
  void refusesAnImageTwiceAndNoImageAtAll() {
    assertThatThrownBy(() -> collector.image(10))
        .hasMessage("image 10: added twice (expected: each id once)");
    assertThatThrownBy(() -> new BoxCollector(1).collected())
        .hasMessage("images: none (add at least one)");
  }

  @Test
  void refusesCategoriesThatAreNone() {
    assertThatThrownBy(() -> new BoxCollector())
        .hasMessage("categories: 0, 0 of them different (expected: 1 to 4096, all different)");
    assertThatThrownBy(() -> new BoxCollector(5, 5)).hasMessageContaining("1 of them different");
    assertThatThrownBy(() -> new BoxCollector(new long[4097]))
        .hasMessageContaining("1 to 4096, all different");
  }

  @Test
  void refusesMoreThanItsLimits() {
    var limited = new BoxCollector(new CollectorLimits(2, 1, 1, 1), 1).image(1).image(2);
    limited.truth(1, 1, 0, 0, 1, 1, 1, false).detection(1, 1, 1, 0, 0, 1, 1);
    assertThatThrownBy(() -> limited.image(3)).hasMessageStartingWith("images: more than 2");
    assertThatThrownBy(() -> limited.truth(2, 1, 0, 0, 1, 1, 1, false))
        .hasMessageStartingWith("truths: more than 1");
    assertThatThrownBy(() -> limited.detection(2, 1, 1, 0, 0, 1, 1))
        .hasMessageStartingWith("detections: more than 1");
    assertThat(limited.collected().imageCount()).isEqualTo(2);
  }

  @Test
  void refusesMoreTruthsOfOneImageAndCategoryThanCanBeCompared() {
    for (int i = 0; i <= DetectionSet.MAX_TRUTHS_TOGETHER; i++) {
      collector.truth(10, 3, i, 0, 1, 1, 1, false);
    }
    assertThatThrownBy(collector::collected)
        .hasMessage(
            "image 10, category 3: more than 10000 truths (expected: at most so many together)");
  }

  @Test
  void refusesLimitsAndCapsThatAreNone() {
    assertThatThrownBy(() -> new CollectorLimits(0, 1, 1, 1))
        .hasMessageStartingWith("limits: 0 images");
    assertThatThrownBy(() -> new CollectorLimits(1, 1, 1, Integer.MAX_VALUE))
        .hasMessageContaining("1 to 268435456 each");
    assertThatThrownBy(() -> new DetectionCaps(0, 1, 2)).hasMessageContaining("0, 1, 2");
    assertThatThrownBy(() -> new DetectionCaps(1, 5, 4)).hasMessageContaining("ascending");
    assertThatThrownBy(() -> new DetectionCaps(1, 5, 1001)).hasMessageContaining("1 to 1000");
  }

  @Test
  void keepsManyImagesWithIdsOfAnySize() {
    var many = new BoxCollector(1);
    for (long i = 0; i < 5000; i++) {
      many.image(i * 0x9E3779B97F4A7C15L);
    }
    for (long i = 0; i < 5000; i++) {
      many.detection(i * 0x9E3779B97F4A7C15L, 1, 0.5, 0, 0, 1, 1);
      long again = i * 0x9E3779B97F4A7C15L;
      assertThatThrownBy(() -> many.image(again)).hasMessageContaining("added twice");
    }
    assertThat(many.collected().detectionCount()).isEqualTo(5000);
  }
}
