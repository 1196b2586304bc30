package dev.fovea.vision.metrics.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageBootstrapTest {
  private final ImageBootstrap bootstrap = new ImageBootstrap(2000, 0.95, 7);

  @Test
  void findsTheStandardErrorOfAMean() {
    var numbers = new Random(1).doubles(400).toArray();
    var interval = bootstrap.of(mean(numbers));
    double error = 1 / Math.sqrt(12 * 400);
    assertThat(interval.standardError()).isCloseTo(error, within(0.1 * error));
    assertThat(interval.high() - interval.low()).isBetween(3.6 * error, 4.3 * error);
    assertThat(interval.excludes(interval.estimate())).isFalse();
  }

  @Test
  void comparesOnTheSameResamples() {
    var numbers = new Random(1).doubles(400).toArray();
    var higher = new Random(1).doubles(400).map(n -> n + 0.001).toArray();
    var difference = bootstrap.ofDifference(mean(numbers), mean(higher));
    assertThat(difference.estimate()).isCloseTo(0.001, within(1e-12));
    assertThat(difference.standardError()).isLessThan(1e-12);
    assertThat(difference.excludes(0)).isTrue();
  }

  @Test
  void cutsOffWhatTheMeasureCannotBe() {
    // Every resample may be all of one kind: the quantiles are at the ends, the bias moves them
    // out.
    var first = mean(new double[] {0, 0, 1});
    var second = mean(new double[] {1, 1, 0});
    int cutBelow = 0;
    int cutAbove = 0;
    for (int seed = 0; seed < 20; seed++) {
      var some = new ImageBootstrap(500, 0.999, seed);
      var difference = some.ofDifference(first, second);
      assertThat(difference.low()).isBetween(-1.0, -0.8);
      assertThat(difference.high()).isBetween(0.8, 1.0);
      cutBelow += difference.low() == -1 ? 1 : 0;
      cutAbove += difference.high() == 1 ? 1 : 0;
      assertThat(some.of(first).low()).isBetween(0.0, 0.1);
    }
    assertThat(cutBelow).isBetween(1, 19);
    assertThat(cutAbove).isEqualTo(20 - cutBelow);
  }

  @Test
  void givesTheSameIntervalOnAnyNumberOfThreads() throws Exception {
    var measure = mean(new Random(1).doubles(100).toArray());
    var expected = bootstrap.of(measure);
    for (int threads : new int[] {1, 3, 8}) {
      try (var pool = new ForkJoinPool(threads)) {
        assertThat(pool.submit(() -> bootstrap.of(measure)).get()).isEqualTo(expected);
      }
    }
    assertThat(new ImageBootstrap(2000, 0.95, 8).of(measure)).isNotEqualTo(expected);
  }

  @Test
  void takesAnotherResampleWhereThereIsNoMeasureAndGivesUpWhereThereNeverIs() {
    Resampled.Player first = weights -> weights[0] == 0 ? Double.NaN : weights[0] / 10.0;
    assertThat(bootstrap.of(measure(10, first)).low()).isPositive();
    // Defined on the images as they are, and on one resample in 10⁴³.
    var never =
        measure(100, weights -> Arrays.stream(weights).allMatch(w -> w == 1) ? 1 : Double.NaN);
    assertThatThrownBy(() -> bootstrap.of(never))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not defined on 1000 resamples of 100 images");
    assertThatThrownBy(() -> bootstrap.of(measure(3, weights -> Double.NaN)))
        .hasMessage("measure: not defined on these 3 images (add images that have what it counts)");
  }

  @Test
  void takesSeveralMeasuresOnTheSameResamplesHoweverManyAreKeptAtOnce() {
    var many = new ImageBootstrap(1_000_000, 0.95, 7);
    var numbers = new Random(1).doubles(15).toArray();
    var means =
        IntStream.range(0, 5)
            .mapToObj(i -> mean(Arrays.copyOfRange(numbers, 3 * i, 3 * i + 3)))
            .toList();
    var together = many.ofEach(together(3, means));
    assertThat(together).isEqualTo(means.stream().map(each -> Optional.of(many.of(each))).toList());
  }

  @Test
  void passesOverTheResamplesThatDoNotHaveAMeasure() {
    Resampled.Player first = weights -> weights[0] == 0 ? Double.NaN : weights[0] / 10.0;
    var some = measure(30, first);
    var never =
        measure(30, weights -> Arrays.stream(weights).allMatch(w -> w == 1) ? 1 : Double.NaN);
    var nowhere = measure(30, weights -> Double.NaN);
    var found = bootstrap.ofEach(together(30, List.of(some, never, nowhere)));
    // An image is in a resample of thirty with a probability of 1 - (29/30)³⁰.
    assertThat(found.getFirst().orElseThrow().resamples()).isBetween(1210, 1350);
    assertThat(found.getFirst().orElseThrow().low()).isPositive();
    assertThat(found.subList(1, 3)).containsOnly(Optional.empty());
    assertThat(bootstrap.ofEach(together(30, List.of()))).isEmpty();
  }

  @Test
  void refusesSettingsThatAreNone() {
    assertThatThrownBy(() -> new ImageBootstrap(1_000_001, 0.95, 1))
        .hasMessageStartingWith("bootstrap of 1000001 resamples");
    assertThatThrownBy(() -> new ImageBootstrap(100, 0, 1)).hasMessageContaining("confidence 0.0");
    assertThatThrownBy(() -> bootstrap.ofDifference(mean(new double[2]), mean(new double[3])))
        .hasMessage("measures of 2 and of 3 images (expected: the same truths in the same images)");
  }

  private static Resampled mean(double[] numbers) {
    return measure(
        numbers.length,
        weights -> {
          double sum = 0;
          for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * numbers[i];
          }
          return sum / weights.length;
        });
  }

  private static ResampledTogether together(int images, List<Resampled> measures) {
    var players = measures.stream().map(Resampled::player).toList();
    return new ResampledTogether() {
      @Override
      public int images() {
        return images;
      }

      @Override
      public int measures() {
        return measures.size();
      }

      @Override
      public double least() {
        return 0;
      }

      @Override
      public double most() {
        return 1;
      }

      @Override
      public Player player() {
        return new Player() {
          @Override
          public boolean counts(int[] weights) {
            return true;
          }

          @Override
          public double measured(int measure, int[] weights) {
            return players.get(measure).measured(weights);
          }
        };
      }
    };
  }

  private static Resampled measure(int images, Resampled.Player player) {
    var ids = new ImageIds();
    for (int image = 0; image < images; image++) {
      ids.addNew(image, images);
    }
    return new ImageMeasure(ImageTruths.of(ids, new long[images]), 0, 1, () -> player);
  }
}
