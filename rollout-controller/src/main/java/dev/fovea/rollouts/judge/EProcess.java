package dev.fovea.rollouts.judge;

import dev.fovea.rollouts.judge.OddsRatio.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Evidence that the canary's odds of a bad answer are more than {@code margin} times the stable's,
 * for looking at after every window.
 *
 * <p>For each alternative ψ the likelihood ratios of the windows multiply; the evidence E is their
 * mean over the alternatives. As long as the true ratio is at most the margin, E is a
 * supermartingale that begins at 1, so by Ville's inequality the chance that it ever reaches 1/α is
 * at most α, however often one looks and however the traffic is split. Windows are strata of their
 * own: load, weights and the rate of bad answers may change between them. See Turner, Ly and
 * Grünwald, JSPI 2024 (arXiv 2106.02693).
 *
 * @param logs the sum of the log likelihood ratios, one an alternative
 */
record EProcess(List<Double> logs) {
  // Times the margin. From barely worse to hopeless; the mean over them costs at most a factor of
  // their number in evidence.
  private static final double[] ALTERNATIVES = {1.25, 1.5, 2, 3, 5, 8, 16, 50};

  // exp of more is no longer a double; a figure this large is shown, never compared.
  private static final double LARGEST_SHOWN = 690;

  /** Nothing seen: E = 1. */
  static final EProcess START = new EProcess(Collections.nCopies(ALTERNATIVES.length, 0.0));

  EProcess {
    logs = List.copyOf(logs);
  }

  /**
   * After one more window.
   *
   * @throws ArithmeticException when the evidence is no number any more: never to be taken for a
   *     small one
   */
  EProcess after(Table window, double margin) {
    var updated = new ArrayList<Double>(logs.size());
    for (int i = 0; i < ALTERNATIVES.length; i++) {
      double log =
          logs.get(i) + OddsRatio.logLikelihoodRatio(window, margin, margin * ALTERNATIVES[i]);
      if (!Double.isFinite(log)) {
        throw new ArithmeticException(
            "the evidence for an odds ratio of %s times %s became %s with %s"
                .formatted(ALTERNATIVES[i], margin, log, window));
      }
      updated.add(log);
    }
    return new EProcess(updated);
  }

  /** log E. */
  double log() {
    var sum = new OddsRatio.LogSum();
    logs.forEach(sum::add);
    return sum.value() - Math.log(logs.size());
  }

  /** E, cut where a double ends. */
  double evidence() {
    return Math.exp(Math.min(log(), LARGEST_SHOWN));
  }
}
