package dev.fovea.rollouts.judge;

/**
 * How likely the canary's share of the bad answers is, given how many both arms had together.
 *
 * <p>With n answers and k bad ones an arm, and an odds ratio ψ between the arms, the canary's k
 * given the sum of both follows Fisher's noncentral hypergeometric distribution: P(k) ∝ C(n_canary,
 * k) · C(n_stable, K − k) · ψ^k. The chance of a bad answer itself, which changes with the hour and
 * the load, drops out.
 */
final class OddsRatio {
  private OddsRatio() {}

  /**
   * log P under {@code psi} less log P under {@code margin}.
   *
   * @return 0 where the window says nothing: no bad answer, or nothing but bad ones
   */
  static double logLikelihoodRatio(Table table, double margin, double psi) {
    long bad = table.stableBad() + table.canaryBad();
    long fewest = Math.max(0, bad - table.stableTotal());
    long most = Math.min(table.canaryTotal(), bad);
    if (fewest == most) {
      return 0;
    }
    double logMargin = Math.log(margin);
    double logPsi = Math.log(psi);
    // Terms relative to the fewest possible: the factorials cancel between neighbours.
    double term = 0;
    var underMargin = new LogSum();
    var underPsi = new LogSum();
    for (long k = fewest; ; k++) {
      long steps = k - fewest;
      underMargin.add(term + steps * logMargin);
      underPsi.add(term + steps * logPsi);
      if (k == most) {
        break;
      }
      term +=
          Math.log((double) (table.canaryTotal() - k) * (bad - k))
              - Math.log((double) (k + 1) * (table.stableTotal() - bad + k + 1));
    }
    long seen = table.canaryBad() - fewest;
    return seen * (logPsi - logMargin) - underPsi.value() + underMargin.value();
  }

  /** Bad answers and all answers of both arms. */
  record Table(long stableBad, long stableTotal, long canaryBad, long canaryTotal) {
    Table {
      if (stableBad < 0 || stableBad > stableTotal || canaryBad < 0 || canaryBad > canaryTotal) {
        throw new IllegalArgumentException(
            "counts: %d of %d and %d of %d bad (expected: 0 to the total)"
                .formatted(stableBad, stableTotal, canaryBad, canaryTotal));
      }
    }
  }

  /** log Σ exp(x), without overflow. */
  static final class LogSum {
    private double greatest = Double.NEGATIVE_INFINITY;
    private double scaled;

    void add(double x) {
      if (x > greatest) {
        scaled = scaled * Math.exp(greatest - x) + 1;
        greatest = x;
      } else {
        scaled += Math.exp(x - greatest);
      }
    }

    double value() {
      return greatest + Math.log(scaled);
    }
  }
}
