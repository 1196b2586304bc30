package dev.fovea.pipelines.retrain;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Multinomial logistic regression by mini-batch gradient descent, in double precision on one
 * thread: equal inputs give equal bits. It minimises the weighted mean cross-entropy plus {@code l2
 * / 2} times the squared distance of the weights from where they began; the biases are free. The
 * step size falls linearly over the epochs, so that the last ones settle.
 */
final class SoftmaxRegression {
  private final Examples examples;
  private final Settings settings;
  private final Weights start;
  private final double totalWeight;

  /**
   * What to learn from.
   *
   * @param features one row an example
   * @param labels the class of each, from 0
   * @param weights how much each counts, above 0
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier inside this package, never compared
  record Examples(float[][] features, int[] labels, double[] weights) {
    Examples {
      if (features.length == 0
          || features.length != labels.length
          || features.length != weights.length) {
        throw new IllegalArgumentException(
            "examples: %d rows, %d labels, %d weights (expected: equal, 1 or more)"
                .formatted(features.length, labels.length, weights.length));
      }
    }

    int size() {
      return labels.length;
    }
  }

  /**
   * A linear layer.
   *
   * @param matrix one row a class
   * @param bias one a class
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier inside this package, never compared
  record Weights(double[][] matrix, double[] bias) {
    Weights copy() {
      var rows = new double[matrix.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = matrix[i].clone();
      }
      return new Weights(rows, bias.clone());
    }

    /** One number a class. */
    double[] logits(float[] features) {
      var logits = bias.clone();
      for (int c = 0; c < logits.length; c++) {
        var row = matrix[c];
        double sum = 0;
        for (int d = 0; d < row.length; d++) {
          sum += row[d] * features[d];
        }
        logits[c] += sum;
      }
      return logits;
    }
  }

  /**
   * How to learn.
   *
   * @param learningRate the first step size
   * @param l2 pull towards the first weights
   * @param batch examples a step
   * @param seed of the shuffling
   */
  record Settings(int epochs, double learningRate, double l2, int batch, long seed) {}

  /** How it stands after an epoch. */
  record Epoch(double loss, double accuracy) {}

  /** What was learnt, with its course; the first entry is before the first epoch. */
  record Fit(Weights weights, List<Epoch> course) {}

  SoftmaxRegression(Examples examples, Weights start, Settings settings) {
    this.examples = examples;
    this.start = start;
    this.settings = settings;
    double total = 0;
    for (double weight : examples.weights()) {
      total += weight;
    }
    this.totalWeight = total;
  }

  Fit fit() {
    var weights = start.copy();
    var course = new ArrayList<Epoch>();
    course.add(epoch(weights));
    var order = new int[examples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    var random = new SplittableRandom(settings.seed());
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      shuffle(order, random);
      double rate = settings.learningRate() * (1 - epoch / (double) settings.epochs());
      for (int from = 0; from < order.length; from += settings.batch()) {
        int to = Math.min(from + settings.batch(), order.length);
        step(weights, gradient(weights, order, from, to), rate);
      }
      course.add(epoch(weights));
    }
    return new Fit(weights, course);
  }

  /** The objective and the share of right answers, over all examples. */
  Epoch epoch(Weights weights) {
    double loss = 0;
    int right = 0;
    for (int i = 0; i < examples.size(); i++) {
      var logits = weights.logits(examples.features()[i]);
      loss += examples.weights()[i] * (logSumExp(logits) - logits[examples.labels()[i]]);
      right += best(logits) == examples.labels()[i] ? 1 : 0;
    }
    double penalty = 0;
    for (int c = 0; c < weights.bias().length; c++) {
      for (int d = 0; d < weights.matrix()[c].length; d++) {
        double moved = weights.matrix()[c][d] - start.matrix()[c][d];
        penalty += moved * moved;
      }
    }
    return new Epoch(
        loss / totalWeight + settings.l2() / 2 * penalty, right / (double) examples.size());
  }

  /**
   * An unbiased estimate of the objective's gradient from some of the examples; exact where they
   * are all.
   */
  Weights gradient(Weights weights, int[] order, int from, int to) {
    int classes = weights.bias().length;
    int features = weights.matrix()[0].length;
    var gradient = new Weights(new double[classes][features], new double[classes]);
    double scale = examples.size() / totalWeight / (to - from);
    for (int i = from; i < to; i++) {
      int example = order[i];
      var row = examples.features()[example];
      var logits = weights.logits(row);
      double normal = logSumExp(logits);
      for (int c = 0; c < classes; c++) {
        double error = Math.exp(logits[c] - normal) - (c == examples.labels()[example] ? 1 : 0);
        double factor = scale * examples.weights()[example] * error;
        gradient.bias()[c] += factor;
        var target = gradient.matrix()[c];
        for (int d = 0; d < features; d++) {
          target[d] += factor * row[d];
        }
      }
    }
    for (int c = 0; c < classes; c++) {
      for (int d = 0; d < features; d++) {
        gradient.matrix()[c][d] += settings.l2() * (weights.matrix()[c][d] - start.matrix()[c][d]);
      }
    }
    return gradient;
  }

  private static void step(Weights weights, Weights gradient, double rate) {
    for (int c = 0; c < weights.bias().length; c++) {
      weights.bias()[c] -= rate * gradient.bias()[c];
      for (int d = 0; d < weights.matrix()[c].length; d++) {
        weights.matrix()[c][d] -= rate * gradient.matrix()[c][d];
      }
    }
  }

  static int best(double[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best;
  }

  private static double logSumExp(double[] logits) {
    double largest = logits[best(logits)];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
