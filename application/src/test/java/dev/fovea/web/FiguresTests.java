package dev.fovea.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.NoSuchThing;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How figures, short digests and lines are written. */
class FiguresTests {
  private final Figures figures = new Figures();

  @Test
  void sharesCarryTheirIntervalAndN() {
    // Wilson's interval of 10 in 100, as in Newcombe (1998), table I's method: 5.52 % to 17.4 %.
    assertThat(figures.interval(10, 100)).isEqualTo("5.52–17.4 %, n = 100");
    assertThat(figures.interval(0, 50)).startsWith("0.00–7.1");
    assertThat(figures.interval(0, 0)).isEqualTo("n = 0");
    assertThat(figures.share(0, 0)).isEqualTo("no data");
  }

  @Test
  void whatWasNotMeasuredIsNeverANumber() {
    assertThat(figures.measured(Double.NaN, "ms", false)).isEqualTo("not measured");
    assertThat(figures.measured(Double.POSITIVE_INFINITY, "ms", false)).isEqualTo("no end");
    assertThat(figures.measured(-.0041, "", true)).isEqualTo("−0.41 pp");
    assertThat(figures.measured(.964, "", false)).isEqualTo("96.40 %");
  }

  @Test
  void longTimesAreInHours() {
    assertThat(figures.took(Duration.ofMinutes(151))).isEqualTo("2 h 31 min");
    assertThat(figures.took(Duration.ofMillis(1400))).isEqualTo("1.4 s");
  }

  @Test
  void aShortDigestNamesOneThingOrNone() {
    var one = new Digest("0123456789".repeat(6) + "abcd");
    var other = new Digest("0123456789".repeat(6) + "ffff");
    assertThat(
            ShortDigest.of("thing", "0123456789".repeat(6) + "a")
                .among("thing", List.of(one, other), Function.identity()))
        .isEqualTo(one);
    assertThat(ShortDigest.of("thing", one.toString()).whole()).contains(one);
    assertThatThrownBy(() ->
            ShortDigest.of("thing", "01234567")
                .among("thing", List.of(one, other), Function.identity()))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> ShortDigest.of("thing", "0123456")).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> ShortDigest.of("thing", "0123456X")).isInstanceOf(NoSuchThing.class);
  }

  @Test
  void aPlotLeavesAGapWhereNothingWasMeasuredAndKeepsNamesApart() {
    var plot =
        Plot.pen(100, new Plot.Scale.Linear(0, 10))
            .line("one", "c-ink", List.of(0.0, Double.NaN, 10.0))
            .line("two", "c-s2", List.of(9.0, 9.0, 9.9))
            .says("two lines");
    assertThat(plot.lines().getFirst().path()).isEqualTo("M0.0 100.0M1000.0 0.0");
    assertThat(Math.abs(plot.lines().get(0).end() - plot.lines().get(1).end()))
        .isGreaterThanOrEqualTo(14);
  }
}
