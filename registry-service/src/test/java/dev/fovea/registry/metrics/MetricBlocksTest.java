package dev.fovea.registry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricBlocksTest {
  private static final Comparator<LoggedMetric> BY_TIME =
      Comparator.comparingLong(LoggedMetric::atMillis)
          .thenComparingLong(LoggedMetric::step)
          .thenComparingDouble(LoggedMetric::stored)
          .thenComparing(LoggedMetric::isNan);

  private static final int MOST_KEPT = 7;

  private final TrackingTables tables = new TrackingTables();
  private final String run;

  MetricBlocksTest() {
    tables.experiment(0);
    run = tables.run(0, "r", 1);
  }

  /**
   * What any order of points, late ones, doubles and NaN, with blocks made at any time, comes to.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void blocksAndPointsAreAlwaysAllThereIs(long seed) {
    var random = new Random(seed);
    var written = new TreeSet<>(BY_TIME);
    var building =
        seed > 3 ? new MetricBlocks(tables.database, tables.transaction, MOST_KEPT) : tables.blocks;
    for (int i = 0; i < 12; i++) {
      var batch = batch(random, seed % 2 == 0 ? 50 : 100_000, i);
      tables.log(run, batch);
      written.addAll(batch);
      if (random.nextBoolean()) {
        building.build(run, "m");
        assertThat(blocks()).isLessThanOrEqualTo(seed > 3 ? MOST_KEPT : 100);
      }
      assertAllOf(written);
    }
    assertThat(blocks()).as("else only points were compared").isPositive();
  }

  private static List<LoggedMetric> batch(Random random, int moments, int turn) {
    var points = new ArrayList<LoggedMetric>();
    for (int i = 0; i < 500; i++) {
      // Half of the batches come later than all before, others anywhere; some have all at one
      // moment.
      long at = turn % 3 == 0 ? 777 : random.nextInt(moments) + (turn % 2 == 0 ? turn * 1_000L : 0);
      double value = random.nextInt(40) == 0 ? Double.NaN : random.nextInt(1_000) / 8.0;
      points.add(new LoggedMetric("m", value, at, random.nextInt(3_000)));
    }
    points.addAll(points.subList(0, 20));
    Collections.shuffle(points, random);
    return points;
  }

  private void assertAllOf(TreeSet<LoggedMetric> written) {
    var all = tables.blocks.all(run, "m");
    assertThat(all.stream().mapToLong(MetricBlock::points).sum()).isEqualTo(written.size());
    assertThat(all.stream().reduce(MetricBlock::and).orElseThrow())
        .isEqualTo(MetricBlock.of(List.copyOf(written)));
    assertThat(all.stream().map(MetricBlock::last)).isSortedAccordingTo(BY_TIME);
    assertThat(tables.blocks.latest(run, "m"))
        .usingComparator(LoggedMetric.BY_STEP)
        .isEqualTo(written.stream().max(LoggedMetric.BY_STEP).orElseThrow());
  }

  private long blocks() {
    return tables
        .database
        .sql("select count(*) from registry.metric_block")
        .query(Long.class)
        .single();
  }

  @Test
  void pointsThatArriveWhileBlocksAreMadeAreNotLost() throws Exception {
    var done = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(5)) {
      var builder =
          threads.submit(() -> {
            while (!done.get()) {
              tables.blocks.build(run, "m");
            }
          });
      var writers =
          IntStream.range(0, 4)
              .mapToObj(writer ->
                  threads.submit(() -> {
                    var random = new Random(writer);
                    for (int i = 0; i < 25; i++) {
                      long begin = i * 200L - random.nextInt(500);
                      tables.log(
                          run,
                          LongStream.range(0, 200)
                              .mapToObj(k ->
                                  new LoggedMetric(
                                      "m",
                                      writer,
                                      Math.max(0, begin + k),
                                      4 * (begin + k) + writer))
                              .toList());
                    }
                  }))
              .toList();
      for (var writer : writers) {
        writer.get();
      }
      done.set(true);
      builder.get();
    }
    var written = new TreeSet<>(BY_TIME);
    tables
        .database
        .sql("select * from registry.metric where run = ?")
        .param(run)
        .query(row -> {
          written.add(MetricRows.metric(row));
        });
    assertAllOf(written);
    assertThat(blocks()).isPositive();
  }

  /**
   * A chart of many points shows a late spike at once, whether or not its blocks are made again.
   */
  @Test
  void aChartOfBlocksHasTheEndsAndEverySpike() {
    for (int begin = 0; begin < 40_000; begin += 1_000) {
      tables.log(
          run,
          LongStream.range(begin, begin + 1_000)
              .mapToObj(i -> new LoggedMetric("m", i == 12_345 ? 99 : Math.sin(i / 900.0), i, i))
              .toList());
    }
    tables.blocks.build(run, "m");
    assertThat(blocks()).isGreaterThan(500);
    assertThat(chart(2_500)).contains(0L, 12_345L, 39_999L).isSorted().hasSizeBetween(1_000, 2_500);
    tables.log(
        run,
        List.of(
            new LoggedMetric("m", -99, 20_000, 55), new LoggedMetric("m", Double.NaN, 30_000, 56)));
    for (int most : new int[] {1, 2, 3, 4, 5, 10, 100, 2_500}) {
      var steps = chart(most);
      assertThat(steps).isSorted().endsWith(39_999L).hasSizeLessThanOrEqualTo(most);
      if (most >= 4) {
        assertThat(steps).contains(0L, 12_345L, 55L);
      }
      if (most >= 5) {
        assertThat(steps).contains(56L);
      }
    }
    var before = chart(300);
    tables.blocks.build(run, "m");
    assertThat(chart(300))
        .contains(0L, 55L, 56L, 12_345L, 39_999L)
        .hasSizeBetween(before.size() / 2, 300);
    assertThat(
            tables.histories.sample(
                Name.of("other"), List.of(run), "m", MetricHistories.Steps.ALL, 10))
        .as("another project's")
        .isEmpty();
  }

  private List<Long> chart(int most) {
    return tables
        .histories
        .sample(TrackingTables.PROJECT, List.of(run), "m", MetricHistories.Steps.ALL, most)
        .stream()
        .map(point -> point.metric().step())
        .toList();
  }
}
