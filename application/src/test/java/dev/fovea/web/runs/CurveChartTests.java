package dev.fovea.web.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import dev.fovea.registry.Curve;
import dev.fovea.registry.Run;
import dev.fovea.registry.Run.MetricPoint;
import dev.fovea.web.Plot;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Where points stand in a chart, and what is said of those that have no place. */
class CurveChartTests {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final ChartView PLAIN = view(false, false, 0);

  @Test
  void aSpikeOfOnePointIsTheHighestPlaceOfTheLine() {
    var values = new double[240];
    Arrays.fill(values, 1);
    values[77] = 5;
    var chart = chart(PLAIN, series(0, List.of(), values));
    // Ticks from 1 to 5, so that the spike is at the top and all else on the base line.
    assertThat(path(chart, 0))
        .contains("L322.2 0.0L")
        .containsPattern("L318\\.0 170\\.0L322\\.2 0\\.0L326\\.4 170\\.0");
    assertThat(chart.plot().rows())
        .extracting(Plot.Tick::text)
        .containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void logarithmsHaveEqualWayForEqualFactorsAndLeaveOutWhatHasNone() {
    var chart = chart(view(true, false, 0), series(0, List.of(), 1, 100, 0, -3, 10));
    assertThat(path(chart, 0)).isEqualTo("M0.0 170.0L250.0 0.0M1000.0 85.0");
    assertThat(chart.notes())
        .containsExactly("2 points are 0 or less, which has no logarithm: left out");
    assertThat(chart.plot().label()).contains("logarithmic");
  }

  @Test
  void whatIsNoNumberLeavesAGapAndAMark() {
    var chart =
        chart(
            PLAIN,
            series(
                0,
                List.of(),
                1,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                2));
    assertThat(path(chart, 0)).isEqualTo("M0.0 170.0M1000.0 0.0");
    assertThat(chart.marks()).extracting(CurveChart.Mark::sign).containsExactly("×", "▲", "▼");
    assertThat(chart.marks()).extracting(CurveChart.Mark::at).containsExactly(25.0, 50.0, 75.0);
    assertThat(chart.marks().getFirst().words()).isEqualTo("NaN at step 1 of run 0");
    assertThat(chart.notes())
        .containsExactly("1 point is NaN: ×", "1 point is ∞: ▲", "1 point is −∞: ▼");
  }

  @Test
  void theSmoothedLineLiesOverTheFaintRawOne() {
    var chart = chart(view(false, false, 0.5), series(0, List.of(0.0, 2.0, 3.0), 0, 3, 4));
    assertThat(chart.plot().lines())
        .extracting(Plot.Line::style)
        .containsExactly("c-ink faint", "c-ink");
    assertThat(path(chart, 0)).isEqualTo("M0.0 170.0L500.0 42.5L1000.0 0.0");
    assertThat(path(chart, 1)).isEqualTo("M0.0 170.0L500.0 85.0L1000.0 42.5");
    assertThat(chart.rows().getLast().smoothed()).contains("3.00");
  }

  @Test
  void whatWasTooMuchToSmoothIsSaid() {
    var chart = chart(view(false, false, 0.5), series(0, List.of(), 0, 3, 4));
    assertThat(chart.notes()).containsExactly("not smoothed: more than 1,000,000 points");
  }

  @Test
  void severalRunsShareTheAxesAndEachHasItsLook() {
    var looks = IntStream.range(0, 8).mapToObj(i -> series(i, List.of(), i, i + 1)).toList();
    var chart = CurveChart.of("m", looks, PLAIN).orElseThrow();
    assertThat(chart.plot().lines())
        .extracting(Plot.Line::style)
        .doesNotHaveDuplicates()
        .contains("c-ink", "c-ink dash", "c-s4 dash");
    // From 0 to 8 in 170 px.
    assertThat(path(chart, 7)).isEqualTo("M0.0 21.3L1000.0 0.0");
  }

  @Test
  void pointsByTimeStandAtTheirTimeSinceEachRunsOwnStart() {
    var run = run(0);
    var points =
        List.of(
            new MetricPoint(1, 0, START),
            new MetricPoint(2, 1, START.plusSeconds(30)),
            new MetricPoint(3, 2, START.plusSeconds(120)));
    var chart =
        CurveChart.of(
                "m",
                List.of(
                    new CurveChart.Series(
                        RunLook.of(run, 0), new Curve(run.id(), 3, points, List.of()))),
                view(false, true, 0))
            .orElseThrow();
    assertThat(path(chart, 0)).startsWith("M0.0 170.0L250.0 85.0L1000.0");
    assertThat(chart.plot().columns())
        .extracting(Plot.Tick::text)
        .containsExactly("0.0 s", "1 min 0 s", "2 min 0 s");
  }

  @Test
  void oneValueIsNoLine() {
    assertThat(CurveChart.of("m", List.of(series(0, List.of(), 1)), PLAIN)).isEmpty();
    assertThat(CurveChart.of("m", List.of(series(0, List.of())), PLAIN)).isEmpty();
  }

  @Test
  void nothingThatAClientCanLogBreaksTheAxes() {
    var values =
        new double[][] {
          {1e308, -1e308},
          {Double.MIN_VALUE, Double.MIN_VALUE},
          {5, 5},
          {0, 0},
          {Double.NaN, Double.NaN},
          {1e-12, 1e12},
          {123_456_789.1, 123_456_789.2},
          {1e17, 1e17 + 16}
        };
    for (var some : values) {
      for (boolean log : new boolean[] {false, true}) {
        var plot = chart(view(log, false, 0), series(0, List.of(), some)).plot();
        assertThat(plot.rows()).as(Arrays.toString(some)).hasSizeBetween(2, 20);
        assertThat(plot.rows())
            .allSatisfy(row -> {
              assertThat(row.at()).isBetween(0.0, 170.0);
              assertThat(row.text()).isNotEmpty().hasSizeLessThan(16);
            });
        assertThat(plot.lines().getFirst().path()).doesNotContain("NaN", "Infinity");
      }
    }
  }

  @Test
  void theDataIsJsonWhateverARunIsCalled() {
    var named = RunLook.of(run(0, "\"]}</script>\\\n\u2028"), 0);
    var points = List.of(new MetricPoint(1, 7, START), new MetricPoint(Double.NaN, 8, START));
    var chart =
        CurveChart.of(
                "m",
                List.of(
                    new CurveChart.Series(
                        named, new Curve(named.run().id(), 2, points, List.of()))),
                PLAIN)
            .orElseThrow();
    var series = JsonMapper.shared().readTree(chart.data()).path("series").path(0);
    assertThat(series.path("name").stringValue()).isEqualTo(named.name());
    assertThat(series.path("step").toString()).isEqualTo("[7,8]");
    assertThat(series.path("y").toString()).isEqualTo("[\"1.00\",\"NaN\"]");
  }

  private static String path(CurveChart chart, int line) {
    return chart.plot().lines().get(line).path();
  }

  private static CurveChart chart(ChartView view, CurveChart.Series series) {
    return CurveChart.of("m", List.of(series), view).orElseThrow();
  }

  private static CurveChart.Series series(int place, List<Double> smoothed, double... values) {
    var points =
        IntStream.range(0, values.length)
            .mapToObj(i -> new MetricPoint(values[i], i, START.plusSeconds(i)))
            .toList();
    var run = run(place);
    return new CurveChart.Series(
        RunLook.of(run, place), new Curve(run.id(), points.size(), points, smoothed));
  }

  private static Run run(int place) {
    return run(place, "run " + place);
  }

  private static Run run(int place, String name) {
    return new Run(
        Name.of("parcels"),
        place + "0".repeat(31),
        name,
        "e",
        "FINISHED",
        START,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static ChartView view(boolean log, boolean byTime, double smoothing) {
    return new ChartView(
        "", "", "", "", log, byTime, smoothing, Optional.empty(), Optional.empty(), List.of());
  }
}
