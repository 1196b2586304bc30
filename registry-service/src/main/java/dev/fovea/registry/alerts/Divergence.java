package dev.fovea.registry.alerts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a loss diverges, by medians alone, so that single spikes, however high, decide nothing.
 *
 * <p>With the level of a stretch of ten values as its median, F the level of the first stretch, B
 * the lowest level of any stretch but the last five values, and s the noise of one value, it
 * diverges where the last five values are all
 *
 * <ul>
 *   <li>above B by nine tenths of what had been gained, F − B, where that is more than 6 s: what
 *       was learned is lost; or
 *   <li>above F by more than 6 s and by more than half of |F|: it grows beyond where it began.
 * </ul>
 *
 * <p>The noise is 1.4826 times the median absolute deviation (the consistent estimate for normal
 * noise: Hampel, J. Am. Stat. Assoc. 69, 1974) of the differences of neighbours, over √2, which a
 * trend does not disturb (von Neumann, Ann. Math. Stat. 12, 1941). A validation loss that grows
 * slowly, from overfitting, stays below where it began and is not a divergence.
 */
public final class Divergence {
  /** Values of a stretch. */
  static final int STRETCH = 10;

  /** Values in a row that have to agree. */
  static final int LAST = 5;

  /** Fewer values say nothing. */
  static final int LEAST = 2 * STRETCH;

  private static final double SIGMAS = 6;
  private static final double LOST = .9;
  private static final double GROWN = .5;
  private static final double CONSISTENT = 1.4826;

  /** The word begins where no letter stands before it, or with a capital inside a name. */
  private static final Pattern LOSS =
      Pattern.compile(
          "(?:.*[^A-Za-z])?(?:[Ll]oss|LOSS|[Nn]ll|NLL|[Pp]erplexity)(?:[^a-z].*)?|.*[a-z]Loss(?:[^a-z].*)?");

  private Divergence() {}

  /** Whether a metric is one that training makes smaller: its name says so. */
  public static boolean concerns(String metric) {
    return LOSS.matcher(metric).matches();
  }

  /**
   * Looks at values in the order they were logged.
   *
   * @param values without NaN and infinities
   * @return what was seen, in words; empty where it doesn't diverge, or there are fewer than 20
   */
  public static Optional<String> of(double[] values) {
    if (values.length < LEAST) {
      return Optional.empty();
    }
    var earlier = Arrays.copyOf(values, values.length - LAST);
    double least = Arrays.stream(values, values.length - LAST, values.length).min().orElseThrow();
    double first = median(Arrays.copyOf(earlier, STRETCH));
    double best = first;
    for (int i = 1; i + STRETCH <= earlier.length; i++) {
      best = Math.min(best, median(Arrays.copyOfRange(earlier, i, i + STRETCH)));
    }
    double noise = noise(earlier);
    double gained = first - best;
    if (gained > SIGMAS * noise && gained > 0 && least > best + LOST * gained) {
      return Optional.of(
          "fell from %s to %s, and its last %d values are %s or more"
              .formatted(shown(first), shown(best), LAST, shown(least)));
    }
    if (least - first > Math.max(SIGMAS * noise, GROWN * Math.abs(first)) && least > first) {
      return Optional.of(
          "began at %s, and its last %d values are %s or more"
              .formatted(shown(first), LAST, shown(least)));
    }
    return Optional.empty();
  }

  /** The standard deviation of one value about its trend. */
  static double noise(double[] values) {
    var steps = new double[values.length - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = values[i + 1] - values[i];
    }
    double middle = median(steps.clone());
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.abs(steps[i] - middle);
    }
    return CONSISTENT * median(steps) / Math.sqrt(2);
  }

  /** Sorts what it is given. */
  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : values[half - 1] / 2 + values[half] / 2;
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
