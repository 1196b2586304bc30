package dev.fovea.vision.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DefectRegionsTest {
  @Test
  void joinsPixelsThatTouchWithACorner() {
    var regions = regions(5, "#...#", ".#.#.", "..#..", ".....", "##..#");
    assertThat(regions.count()).isEqualTo(3);
    assertThat(regions.share(0)).isEqualTo(1 / 5.0);
    assertThat(regions.share(20)).isEqualTo(1 / 2.0);
    assertThat(regions.share(24)).isEqualTo(1);
    assertThat(regions.share(2)).isZero();
    assertThat(regions.defective(2)).isFalse();
  }

  @Test
  void doesNotJoinTheEndOfARowWithTheNext() {
    assertThat(regions(4, "...#", "#...").count()).isEqualTo(2);
    assertThat(regions(1, "#", ".", "#").count()).isEqualTo(2);
  }

  @Test
  void joinsWhatMeetsLater() {
    assertThat(regions(7, "#.#.#.#", "#.#.#.#", "#######").count()).isEqualTo(1);
    // a spiral
    assertThat(regions(7, "#######", "......#", "####..#", "#.....#", "#######").count())
        .isEqualTo(1);
  }

  @Test
  void fillsALargeRegionWithoutRunningOutOfStack() {
    var mask = new byte[2000 * 2000];
    Arrays.fill(mask, (byte) 1);
    var regions = DefectRegions.of(2000, 2000, mask);
    assertThat(regions.count()).isEqualTo(1);
    assertThat(regions.share(1234)).isEqualTo(1 / 4e6);
  }

  @Test
  void findsEachPixelOfAGridThatDoesNotTouch() {
    var mask = new byte[100 * 100];
    for (int y = 0; y < 100; y += 2) {
      for (int x = 0; x < 100; x += 2) {
        mask[y * 100 + x] = (byte) 255;
      }
    }
    assertThat(DefectRegions.of(100, 100, mask).count()).isEqualTo(2500);
  }

  private static DefectRegions regions(int width, String... rows) {
    var text = String.join("", rows);
    var mask = new byte[text.length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (text.charAt(i) == '#' ? 1 : 0);
    }
    return DefectRegions.of(width, rows.length, mask);
  }
}
