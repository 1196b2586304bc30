package dev.fovea.vision.metrics.bootstrap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
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

  /** How many numbers are kept at once where several measures are taken together: 32 MiB. */
  private static final int MAX_KEPT = 1 << 22;

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

  /**
   * Where each of several measures lies, by the same resamples. Those on which one of them is not
   * defined do not count for it: its interval says how many did.
   *
   * <p>Keeps 8 bytes for each measure and resample, up to 32 MiB; of more measures some are taken
   * after the others, on the same resamples drawn again.
   *
   * @return one each, in their order; absent where there is no such measure of these images, or of
   *     fewer than two resamples
   */
  public List<Optional<BootstrapInterval>> ofEach(ResampledTogether measures) {
    var intervals = new ArrayList<Optional<BootstrapInterval>>();
    int together = MAX_KEPT / resamples;
    for (int from = 0; from < measures.measures(); from += together) {
      intervals.addAll(ofSome(measures, from, Math.min(together, measures.measures() - from)));
    }
    return intervals;
  }

  private List<Optional<BootstrapInterval>> ofSome(
      ResampledTogether measures, int from, int count) {
    var seeds = new SplittableRandom(seed).longs(resamples).toArray();
    var measured = new double[count][resamples];
    IntStream.range(0, (resamples + TOGETHER - 1) / TOGETHER)
        .parallel()
        .forEach(chunk -> {
          var weights = new int[measures.images()];
          var player = measures.player();
          int end = Math.min((chunk + 1) * TOGETHER, resamples);
          for (int i = chunk * TOGETHER; i < end; i++) {
            draw(weights, new SplittableRandom(seeds[i]), player::counts);
            for (int measure = 0; measure < count; measure++) {
              measured[measure][i] = player.measured(from + measure, weights);
            }
          }
        });
    var unchanged = new int[measures.images()];
    Arrays.fill(unchanged, 1);
    var player = measures.player();
    return IntStream.range(0, count)
        .mapToObj(measure -> {
          double estimate = player.measured(from + measure, unchanged);
          var defined = Arrays.stream(measured[measure]).filter(m -> !Double.isNaN(m)).toArray();
          return Double.isNaN(estimate) || defined.length < 2
              ? Optional.<BootstrapInterval>empty()
              : Optional.of(interval(estimate, defined, measures.least(), measures.most()));
        })
        .toList();
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
    return interval(
        estimate,
        measured,
        subtracted == null ? measure.least() : measure.least() - measure.most(),
        subtracted == null ? measure.most() : measure.most() - measure.least());
  }

  private BootstrapInterval interval(
      double estimate, double[] measured, double least, double most) {
    double mean = Arrays.stream(measured).sum() / measured.length;
    double squares = Arrays.stream(measured).map(m -> (m - mean) * (m - mean)).sum();
    Arrays.sort(measured);
    double bias = mean - estimate;
    return new BootstrapInterval(
        estimate,
        Math.sqrt(squares / (measured.length - 1)),
        bias,
        Math.clamp(quantile(measured, (1 - confidence) / 2) - bias, least, most),
        Math.clamp(quantile(measured, (1 + confidence) / 2) - bias, least, most),
        confidence,
        measured.length);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Draws as many images as there are, again and again until they count. */
  private static void draw(int[] weights, SplittableRandom chance, Predicate<int[]> counts) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Arrays.fill(weights, 0);
      for (int i = 0; i < weights.length; i++) {
        // Scaled from 32 bits instead of nextInt(bound), whose rule is the JDK's own; of a
        // million images none is drawn more than 1/4000 more often than another.
        weights[(int) ((chance.nextLong() >>> 32) * weights.length >>> 32)]++;
      }
      if (counts.test(weights)) {
        return;
      }
    }
    throw new IllegalStateException(
        "measure: not defined on %d resamples of %d images (add images that have what it counts)"
            .formatted(MAX_TRIES, weights.length));
  }

  /** Measures one model, or the difference of two. */
  private static final class Sampler {
    private final int[] weights;
    private final Resampled.Player player;
    private final Resampled.@Nullable Player subtracted;
    private double measured;

    Sampler(Resampled measure, @Nullable Resampled subtracted) {
      this.weights = new int[measure.images()];
      this.player = measure.player();
      this.subtracted = subtracted == null ? null : subtracted.player();
    }

    double unchanged() {
      Arrays.fill(weights, 1);
      return measured(weights);
    }

    double resampled(SplittableRandom chance) {
      draw(
          weights,
          chance,
          drawn -> {
            measured = measured(drawn);
            return !Double.isNaN(measured);
          });
      return measured;
    }

    private double measured(int[] weights) {
      double whole = player.measured(weights);
      return subtracted == null || Double.isNaN(whole)
          ? whole
          : whole - subtracted.measured(weights);
    }
  }
}
