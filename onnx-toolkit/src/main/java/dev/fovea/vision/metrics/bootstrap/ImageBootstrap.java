package dev.fovea.vision.metrics.bootstrap;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How sure a measure is, and the difference of two: the bootstrap over images (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapters 10 and 13).
 *
 * <p>A resample takes as many images as there are, each by chance and so some of them several
 * times, and measures those. A resample on which there is no such measure is taken again. Models
 * are compared on the same resamples (paired, as Koehn, EMNLP 2004, compares translators), so that
 * what makes an image hard for both cancels out.
 *
 * <p>Where resamples are higher or lower than the images they are from, that bias is subtracted:
 * the interval is between the quantiles of the resamples (interpolated linearly), moved so that
 * their mean is the estimate, and cut off where no such measure can be. It is for the measure to be
 * expected on so many images, which for an error of calibration is far above that on many.
 *
 * <p>Answers are compared with truths once; a resample only counts again. The same seed gives the
 * same interval on any number of threads. Images must be independent of each other: frames of one
 * film are not, and make the interval too narrow.
 */
public final class ImageBootstrap {
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
  public ImageBootstrap(int resamples, double confidence, long seed) {
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
   * Where a measure lies.
   *
   * @throws IllegalArgumentException when there is no such measure of these images
   */
  public BootstrapInterval of(Resampled measure) {
    return interval(measure, null);
  }

  /**
   * Where the measure of {@code second} minus that of {@code first} lies.
   *
   * @throws IllegalArgumentException when they are not of the same truths in the same images, or
   *     there is no such measure of these images
   */
  public BootstrapInterval ofDifference(Resampled first, Resampled second) {
    if (!first.sameTruths(second)) {
      throw new IllegalArgumentException(
          "measures of %d and of %d images (expected: the same truths in the same images)"
              .formatted(first.images(), second.images()));
    }
    return interval(second, first);
  }

  private BootstrapInterval interval(Resampled measure, @Nullable Resampled subtracted) {
    double estimate = new Sampler(measure, subtracted).unchanged();
    if (Double.isNaN(estimate)) {
      throw new IllegalArgumentException(
          "measure: not defined on these %d images (add images that have what it counts)"
              .formatted(measure.images()));
    }
    var seeds = new SplittableRandom(seed).longs(resamples).toArray();
    var measured = new double[resamples];
    IntStream.range(0, (resamples + TOGETHER - 1) / TOGETHER)
        .parallel()
        .forEach(chunk -> {
          var sampler = new Sampler(measure, subtracted);
          int end = Math.min((chunk + 1) * TOGETHER, resamples);
          for (int i = chunk * TOGETHER; i < end; i++) {
            measured[i] = sampler.resampled(new SplittableRandom(seeds[i]));
          }
        });
    double mean = Arrays.stream(measured).sum() / resamples;
    double squares = Arrays.stream(measured).map(m -> (m - mean) * (m - mean)).sum();
    Arrays.sort(measured);
    double bias = mean - estimate;
    double least = subtracted == null ? measure.least() : measure.least() - measure.most();
    double most = subtracted == null ? measure.most() : measure.most() - measure.least();
    return new BootstrapInterval(
        estimate,
        Math.sqrt(squares / (resamples - 1)),
        bias,
        Math.clamp(quantile(measured, (1 - confidence) / 2) - bias, least, most),
        Math.clamp(quantile(measured, (1 + confidence) / 2) - bias, least, most),
        confidence,
        resamples);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Draws images and measures one model, or the difference of two. */
  private static final class Sampler {
    private final int[] weights;
    private final Resampled.Player player;
    private final Resampled.@Nullable Player subtracted;

    Sampler(Resampled measure, @Nullable Resampled subtracted) {
      this.weights = new int[measure.images()];
      this.player = measure.player();
      this.subtracted = subtracted == null ? null : subtracted.player();
    }

    double unchanged() {
      Arrays.fill(weights, 1);
      return measured();
    }

    double resampled(SplittableRandom chance) {
      for (int tries = 0; tries < MAX_TRIES; tries++) {
        Arrays.fill(weights, 0);
        for (int i = 0; i < weights.length; i++) {
          // Scaled from 32 bits instead of nextInt(bound), whose rule is the JDK's own; of a
          // million images none is drawn more than 1/4000 more often than another.
          weights[(int) ((chance.nextLong() >>> 32) * weights.length >>> 32)]++;
        }
        double measured = measured();
        if (!Double.isNaN(measured)) {
          return measured;
        }
      }
      throw new IllegalStateException(
          "measure: not defined on %d resamples of %d images (add images that have what it counts)"
              .formatted(MAX_TRIES, weights.length));
    }

    private double measured() {
      double measured = player.measured(weights);
      return subtracted == null || Double.isNaN(measured)
          ? measured
          : measured - subtracted.measured(weights);
    }
  }
}
