package dev.fovea.vision.metrics.detection;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How sure an average precision is, and the difference of two: the bootstrap over images (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapters 10 and 13).
 *
 * <p>A resample takes as many images as there are, each by chance and so some of them several
 * times, and computes the average precision of those: over the categories that have truths there. A
 * resample without any truth is taken again. Detectors are compared on the same resamples (paired,
 * as Koehn, EMNLP 2004, compares translators), so that what makes an image hard for both cancels
 * out.
 *
 * <p>Resamples have higher average precisions than the images they are from, for the best precision
 * at each recall is chosen among fewer different ones. That bias is subtracted: the interval is
 * between the quantiles of the resamples (interpolated linearly), moved so that their mean is the
 * estimate, and cut off where no average precision can be. It is for the average precision to be
 * expected on so many images. In a simulation with 12 categories, 94 %, 94 % and 97 % of 200
 * intervals at 95 % held it (40, 100 and 300 images); without subtracting, 80 to 83 % did.
 *
 * <p>Detections are matched once; a resample only counts again. The same seed gives the same
 * interval on any number of threads. Images must be independent of each other: frames of one film
 * are not, and make the interval too narrow.
 */
public final class PrecisionBootstrap {
  private static final int MAX_RESAMPLES = 1_000_000;
  private static final int TOGETHER = 8;
  private static final int MAX_TRIES = 1000;

  private final int resamples;
  private final double confidence;
  private final long seed;

  /**
   * A bootstrap.
   *
   * @param resamples 100 to a million; 1,000 are enough for most intervals
   * @param confidence of the interval, above 0, below 1, such as 0.95
   * @param seed of the resamples
   */
  public PrecisionBootstrap(int resamples, double confidence, long seed) {
    if (resamples < 100 || resamples > MAX_RESAMPLES || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "bootstrap of %d resamples at confidence %s (expected: 100 to %d, between 0 and 1)"
              .formatted(resamples, confidence, MAX_RESAMPLES));
    }
    this.resamples = resamples;
    this.confidence = confidence;
    this.seed = seed;
  }

  /**
   * Where the average precision of a detector lies.
   *
   * @throws IllegalArgumentException when no truth counts
   */
  public BootstrapInterval of(CocoEvaluation evaluation, ApMeasure measure) {
    requireTruths(evaluation);
    return interval(evaluation, Replay.of(evaluation, measure), null);
  }

  /**
   * Where the average precision of {@code second} minus that of {@code first} lies.
   *
   * @throws IllegalArgumentException when the evaluations are not of the same truths in the same
   *     images, or no truth counts
   */
  public BootstrapInterval ofDifference(
      CocoEvaluation first, CocoEvaluation second, ApMeasure measure) {
    if (!first.set().sameTruths(second.set())) {
      throw new IllegalArgumentException(
          "evaluations of %d truths in %d images and of %d in %d (expected: the same truths in the same images)"
              .formatted(
                  first.set().truthCount(),
                  first.set().imageCount(),
                  second.set().truthCount(),
                  second.set().imageCount()));
    }
    requireTruths(first);
    return interval(first, Replay.of(second, measure), Replay.of(first, measure));
  }

  private static void requireTruths(CocoEvaluation evaluation) {
    boolean any = Arrays.stream(evaluation.matches()).anyMatch(m -> m.truthImages().length > 0);
    if (!any) {
      throw new IllegalArgumentException(
          "truths that count: none in %d images (there is no average precision)"
              .formatted(evaluation.set().imageCount()));
    }
  }

  private BootstrapInterval interval(
      CocoEvaluation evaluation, Replay replay, @Nullable Replay subtracted) {
    int images = evaluation.set().imageCount();
    var seeds = new SplittableRandom(seed).longs(resamples).toArray();
    var measured = new double[resamples];
    IntStream.range(0, (resamples + TOGETHER - 1) / TOGETHER)
        .parallel()
        .forEach(chunk -> {
          var sampler = new Sampler(images, replay, subtracted);
          int end = Math.min((chunk + 1) * TOGETHER, resamples);
          for (int i = chunk * TOGETHER; i < end; i++) {
            measured[i] = sampler.resampled(new SplittableRandom(seeds[i]));
          }
        });
    double estimate = new Sampler(images, replay, subtracted).unchanged();
    double mean = Arrays.stream(measured).sum() / resamples;
    double squares = Arrays.stream(measured).map(m -> (m - mean) * (m - mean)).sum();
    Arrays.sort(measured);
    double bias = mean - estimate;
    double least = subtracted == null ? 0 : -1;
    return new BootstrapInterval(
        estimate,
        Math.sqrt(squares / (resamples - 1)),
        bias,
        Math.clamp(quantile(measured, (1 - confidence) / 2) - bias, least, 1),
        Math.clamp(quantile(measured, (1 + confidence) / 2) - bias, least, 1),
        confidence,
        resamples);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Draws images and measures one detector, or the difference of two. */
  private static final class Sampler {
    private final int[] weights;
    private final Replay.Player player;
    private final Replay.@Nullable Player subtracted;

    Sampler(int images, Replay replay, @Nullable Replay subtracted) {
      this.weights = new int[images];
      this.player = replay.new Player();
      this.subtracted = subtracted == null ? null : subtracted.new Player();
    }

    double unchanged() {
      Arrays.fill(weights, 1);
      return measured(player.averagePrecision(weights));
    }

    double resampled(SplittableRandom chance) {
      for (int tries = 0; tries < MAX_TRIES; tries++) {
        Arrays.fill(weights, 0);
        for (int i = 0; i < weights.length; i++) {
          // Scaled from 32 bits instead of nextInt(bound), whose rule is the JDK's own; of a
          // million
          // images none is drawn more than 1/4000 more often than another.
          weights[(int) ((chance.nextLong() >>> 32) * weights.length >>> 32)]++;
        }
        double precision = player.averagePrecision(weights);
        if (precision >= 0) {
          return measured(precision);
        }
      }
      throw new IllegalStateException(
          "no truth in %d resamples of %d images".formatted(MAX_TRIES, weights.length));
    }

    private double measured(double precision) {
      return subtracted == null ? precision : precision - subtracted.averagePrecision(weights);
    }
  }
}
