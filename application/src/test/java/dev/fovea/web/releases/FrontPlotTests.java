package dev.fovea.web.releases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.web.Plot.Tick;
import dev.fovea.web.releases.FrontModel.Place;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrontPlotTests {
  private static final FrontModel BASE =
      model("fp32", Place.BASE, exactly(0), new Bounded(4, 3.9, 4.1), 400);
  private static final FrontModel CHOSEN =
      model("int8", Place.CHOSEN, new Bounded(.2, -.1, .5), new Bounded(2, 1.9, 2.1), 100);

  @Test
  void theFasterStandsLeftAndWhatFallsLessStandsLower() {
    var plot = FrontPlot.of(List.of(BASE, CHOSEN), .4);

    var base = plot.dots().getFirst();
    var chosen = plot.dots().getLast();
    assertThat(chosen.x()).isLessThan(base.x());
    assertThat(chosen.y()).isLessThan(base.y());
    assertThat(chosen.left()).isLessThan(chosen.x());
    assertThat(chosen.right()).isGreaterThan(chosen.x());
    assertThat(chosen.top()).isLessThan(chosen.y());
    assertThat(chosen.bottom()).isGreaterThan(chosen.y());
  }

  @Test
  void aDotStandsWhereItsAxesSay() {
    var plot = FrontPlot.of(List.of(BASE, CHOSEN), .4);

    assertThat(plot.dots().getFirst().y()).isEqualTo(at(plot.rows(), "0"));
    assertThat(plot.dots().getFirst().x()).isEqualTo(at(plot.columns(), "4"));
    assertThat(plot.dots().getLast().x()).isEqualTo(at(plot.columns(), "2"));
    assertThat(plot.budget()).isEqualTo(new Tick(at(plot.rows(), "0.4"), "budget 0.40 pp"));
  }

  @Test
  void aFileOfAQuarterIsADotOfAQuarterOfTheArea() {
    var plot = FrontPlot.of(List.of(BASE, CHOSEN), .4);

    assertThat(plot.dots().getLast().radius())
        .isCloseTo(plot.dots().getFirst().radius() / 2, within(1e-9));
  }

  @Test
  void everythingIsOnThePaperWhateverTheBudget() {
    var beyond = model("int8", Place.CHOSEN, new Bounded(9, 7, 12), new Bounded(1, .9, 1.1), 1);

    var plot = FrontPlot.of(List.of(BASE, beyond), 0);

    assertThat(plot.dots())
        .allSatisfy(dot -> {
          assertThat(dot.top()).isBetween(0.0, (double) plot.height());
          assertThat(dot.bottom()).isBetween(0.0, (double) plot.height());
          assertThat(dot.right()).isBetween(0.0, 100.0);
          assertThat(dot.radius()).isPositive();
        });
  }

  @Test
  void theFloatModelAloneIsAPlotToo() {
    var plot = FrontPlot.of(List.of(model("fp32", Place.BASE, exactly(0), exactly(2), 0)), .5);

    assertThat(plot.dots())
        .singleElement()
        .satisfies(dot -> {
          assertThat(dot.x()).isBetween(0.0, 100.0);
          assertThat(dot.y()).isBetween(0.0, (double) plot.height());
        });
  }

  private static double at(List<Tick> ticks, String text) {
    return ticks.stream().filter(tick -> tick.text().equals(text)).findFirst().orElseThrow().at();
  }

  private static Bounded exactly(double value) {
    return new Bounded(value, value, value);
  }

  private static FrontModel model(String name, Place place, Bounded fall, Bounded p50, long bytes) {
    return new FrontModel(name, "", place, true, fall, p50, bytes, Optional.empty());
  }
}
