package dev.fovea.pipelines.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.pipelines.retrain.SoftmaxRegression.Examples;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Settings;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Weights;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SoftmaxRegressionTest {
  /** What softmax-regression.py wrote. */
  record Golden(
      float[][] features,
      int[] labels,
      double[] weights,
      double l2,
      double[][] matrix,
      double[] bias,
      double loss) {}

  @Test
  void reachesTheOptimumThatScikitLearnFinds() throws IOException {
    var golden = golden();
    var examples = new Examples(golden.features(), golden.labels(), golden.weights());
    int classes = golden.bias().length;
    var start = new Weights(new double[classes][golden.features()[0].length], new double[classes]);
    var settings = new Settings(6_000, 0.8, golden.l2(), golden.labels().length, 1);
    var fit = new SoftmaxRegression(examples, start, settings).fit();

    assertThat(fit.course().getLast().loss()).isCloseTo(golden.loss(), within(1e-7));
    for (int c = 0; c < classes; c++) {
      for (int d = 0; d < golden.matrix()[c].length; d++) {
        assertThat(fit.weights().matrix()[c][d]).isCloseTo(golden.matrix()[c][d], within(1e-3));
      }
      // scikit-learn's intercepts are fixed only up to a number that all classes share.
      assertThat(fit.weights().bias()[c] - fit.weights().bias()[0])
          .isCloseTo(golden.bias()[c] - golden.bias()[0], within(2e-3));
    }
  }

  @Test
  void stepsAlongTheGradientOfItsObjective() throws IOException {
    var golden = golden();
    var examples = new Examples(golden.features(), golden.labels(), golden.weights());
    var random = new SplittableRandom(11);
    var start = random(random, golden.bias().length, golden.features()[0].length);
    var here = random(random, golden.bias().length, golden.features()[0].length);
    var regression = new SoftmaxRegression(examples, start, new Settings(1, 0.1, 0.3, 16, 1));
    var all = IntStream.range(0, examples.size()).toArray();
    var gradient = regression.gradient(here, all, 0, all.length);

    double h = 1e-5;
    for (int c = 0; c < golden.bias().length; c++) {
      var up = here.copy();
      var down = here.copy();
      up.bias()[c] += h;
      down.bias()[c] -= h;
      double slope = (regression.epoch(up).loss() - regression.epoch(down).loss()) / (2 * h);
      assertThat(gradient.bias()[c]).isCloseTo(slope, within(1e-8));
      for (int d = 0; d < golden.features()[0].length; d++) {
        up = here.copy();
        down = here.copy();
        up.matrix()[c][d] += h;
        down.matrix()[c][d] -= h;
        slope = (regression.epoch(up).loss() - regression.epoch(down).loss()) / (2 * h);
        assertThat(gradient.matrix()[c][d]).isCloseTo(slope, within(1e-8));
      }
    }
  }

  @Test
  void givesTheSameBitsForTheSameSeedAndOthersForAnother() throws IOException {
    assertThat(fit(5, 0.01).bias()).isEqualTo(fit(5, 0.01).bias());
    assertThat(fit(5, 0.01).bias()).isNotEqualTo(fit(6, 0.01).bias());
  }

  @Test
  void staysNearTheOldWeightsWhenPulledHard() throws IOException {
    assertThat(norm(fit(5, 100))).isLessThan(norm(fit(5, 0.001)) / 5);
  }

  @Test
  void learnsAWeightyExampleBetter() {
    var features = new float[][] {{1}, {1}, {1}};
    var labels = new int[] {0, 0, 1};
    var start = new Weights(new double[2][1], new double[2]);
    var settings = new Settings(500, 0.5, 0, 3, 1);
    var plain =
        new SoftmaxRegression(
                new Examples(features, labels, new double[] {1, 1, 1}), start, settings)
            .fit();
    var weighted =
        new SoftmaxRegression(
                new Examples(features, labels, new double[] {1, 1, 8}), start, settings)
            .fit();
    assertThat(SoftmaxRegression.best(plain.weights().logits(features[0]))).isZero();
    assertThat(SoftmaxRegression.best(weighted.weights().logits(features[0]))).isEqualTo(1);
    assertThat(start.bias()).as("the old weights stay as they are").containsOnly(0);
    assertThat(List.of(weighted.course().size())).containsExactly(501);
  }

  private static Weights fit(long seed, double l2) throws IOException {
    var golden = golden();
    var examples = new Examples(golden.features(), golden.labels(), golden.weights());
    var start =
        new Weights(
            new double[golden.bias().length][golden.features()[0].length],
            new double[golden.bias().length]);
    return new SoftmaxRegression(examples, start, new Settings(10, 0.005, l2, 16, seed))
        .fit()
        .weights();
  }

  private static double norm(Weights weights) {
    double sum = 0;
    for (var row : weights.matrix()) {
      for (double value : row) {
        sum += value * value;
      }
    }
    return Math.sqrt(sum);
  }

  private static Weights random(SplittableRandom random, int classes, int width) {
    var weights = new Weights(new double[classes][width], new double[classes]);
    for (int c = 0; c < classes; c++) {
      weights.bias()[c] = random.nextDouble(-1, 1);
      for (int d = 0; d < width; d++) {
        weights.matrix()[c][d] = random.nextDouble(-1, 1);
      }
    }
    return weights;
  }

  private static Golden golden() throws IOException {
    try (var in = SoftmaxRegressionTest.class.getResourceAsStream("softmax-regression.json")) {
      return JsonMapper.builder().build().readValue(in, Golden.class);
    }
  }
}
