package dev.fovea.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void givesBackDecimalSizesAsTheyWentIn() {
    var random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      double x = random.nextInt(10_000_000) / 1000.0;
      double width = random.nextInt(10_000_000) / 1000.0;
      var box = Box.ofSize(x, 0.1, width, 0.2);
      assertThat(box.width()).isEqualTo(width);
      assertThat(new BigDecimal(Decimals.text(box.x2())).subtract(new BigDecimal(Decimals.text(x))))
          .isEqualByComparingTo(Decimals.text(width));
    }
    assertThat(Box.ofSize(0.1, 0.1, 0.2, 0.2)).isEqualTo(new Box(0.1, 0.1, 0.3, 0.3));
  }

  @Test
  void movesEdgesOfMoreDigitsByOneUnitInTheLastPlaceAtMost() {
    var random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      double x1 = random.nextDouble() * 1000;
      double x2 = x1 + random.nextDouble() * 1000;
      var box = new Box(x1, 0, x2, 1);
      double moved = Math.abs(Box.ofSize(x1, 0, box.width(), 1).x2() - x2);
      assertThat(moved).isLessThanOrEqualTo(Math.ulp(x2));
    }
  }

  @Test
  void turnsClockwiseAboutTheCentre() {
    var corners = new Box(0, 0, 4, 2, 90).corners().toArray();
    assertThat(corners).containsExactly(new double[] {3, -1, 3, 3, 1, 3, 1, -1}, within(1e-12));
    assertThat(new Box(0, 0, 4, 2, 90).bounds().orElseThrow().y1()).isEqualTo(-1, within(1e-12));
  }

  @Test
  void measuresPolygonsByTheShoelace() {
    var square = Coordinates.of(0, 0, 2, 0, 2, 2, 0, 2);
    assertThat(new Polygons(square).area()).hasValue(4);
    assertThat(Coordinates.of(0, 0, 0, 2, 2, 2, 2, 0).area()).isEqualTo(4);
    assertThatThrownBy(() -> Coordinates.of(1, 2, 3))
        .hasMessage("coordinates: 3 numbers (expected: an even count)");
  }

  @Test
  void holdsWhatNoImageCouldHold() {
    assertThat(new Box(5, 5, 1, Double.NaN).width()).isEqualTo(-4);
    assertThat(new Box(-0.0, 0, 1, 1)).isEqualTo(new Box(0, 0, 1, 1));
    assertThat(Decimals.text(1e-7)).isEqualTo("0.00000010");
    assertThat(Decimals.parse("0x10")).isEmpty();
    assertThat(Decimals.parse("1f")).isEmpty();
    assertThat(Decimals.parse("-INF")).hasValue(Double.NEGATIVE_INFINITY);
  }
}
