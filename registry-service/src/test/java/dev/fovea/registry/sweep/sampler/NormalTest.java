package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.registry.sweep.Recordings;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class NormalTest {
  private static final Percentage EXACT = Percentage.withPercentage(1e-10);

  @Test
  void isExactIntoItsTails() {
    for (var row : Recordings.read("normal.json").get("logCdf")) {
      double x = row.get(0).doubleValue();
      assertThat(Normal.logCdf(x)).as("at %s", x).isCloseTo(row.get(1).doubleValue(), EXACT);
      if (x > -37) {
        assertThat(Math.log(Normal.cdf(x)))
            .as("at %s", x)
            .isCloseTo(row.get(1).doubleValue(), within(1e-12 * Math.max(1, x * x)));
      }
    }
  }

  @Test
  void quantilesAreTheInverse() {
    for (var row : Recordings.read("normal.json").get("quantile")) {
      assertThat(Normal.quantile(row.get(0).doubleValue()))
          .as("of %s", row.get(0))
          .isCloseTo(row.get(1).doubleValue(), within(1e-7));
    }
  }

  @Test
  void drawsStayBetweenTheirBounds() {
    double[][] bounds = {{-1, 1}, {-0.001, 0.001}, {5, 6}, {-100, -99}, {40, 1000}, {-0.5, 1e6}};
    for (var bound : bounds) {
      assertThat(Normal.between(bound[0], bound[1], 0)).isEqualTo(bound[0]);
      double before = bound[0];
      for (int i = 1; i < 100; i++) {
        double drawn = Normal.between(bound[0], bound[1], i / 100.0);
        assertThat(drawn).isBetween(before, bound[1]);
        assertThat(Normal.logMass(bound[0], drawn) - Normal.logMass(bound[0], bound[1]))
            .as("the part of %s to %s below %s", bound[0], bound[1], drawn)
            .isCloseTo(Math.log(i / 100.0), within(1e-9));
        before = drawn;
      }
    }
  }
}
