package dev.fovea.rollouts.judge;

import java.util.Locale;

/**
 * How many requests each arm got while the canary's share should have been the same, and the
 * evidence that it was another one: the sample-ratio test, as an e-process that may be looked at
 * after every request. The alternative is every other share alike (a Beta(1, 1) mixture), so the
 * evidence has a closed form: B(1 + canary, 1 + stable) / (w^canary · (1 − w)^stable).
 *
 * @param percent the share that was asked for, 1 to 99
 */
public record Share(int percent, long stable, long canary) {
  private static final double HUNDRED = 100;

  public Share {
    if (percent < 1 || percent > 99 || stable < 0 || canary < 0) {
      throw new IllegalArgumentException(
          "share: %d percent, %d and %d requests (expected: 1 to 99, none below 0)"
              .formatted(percent, stable, canary));
    }
  }

  /** No request yet. */
  public static Share of(int percent) {
    return new Share(percent, 0, 0);
  }

  /** With these requests too. */
  public Share plus(long stableMore, long canaryMore) {
    return new Share(percent, Math.addExact(stable, stableMore), Math.addExact(canary, canaryMore));
  }

  /** How many requests. */
  public long total() {
    return stable + canary;
  }

  /**
   * Whether so many requests would come so unevenly by chance at most once in {@code 1 / chance}
   * rollouts, however often it is asked.
   */
  public boolean off(double chance) {
    double log = logEvidence();
    // Written so that evidence that is no number holds the rollout.
    return !(log < -Math.log(chance));
  }

  double logEvidence() {
    double share = percent / HUNDRED;
    return logFactorial(canary)
        + logFactorial(stable)
        - logFactorial(total() + 1)
        - canary * Math.log(share)
        - stable * Math.log(1 - share);
  }

  /** What came, for people. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "the gateway sends %.1f %% of %d requests to the canary instead of %d %%",
        HUNDRED * canary / Math.max(1, total()),
        total(),
        percent);
  }

  // Stirling's series; its error is below 1/(1260·n^5).
  private static double logFactorial(long n) {
    if (n < 20) {
      double log = 0;
      for (long i = 2; i <= n; i++) {
        log += Math.log((double) i);
      }
      return log;
    }
    double x = n;
    return x * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI * x)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x);
  }
}
