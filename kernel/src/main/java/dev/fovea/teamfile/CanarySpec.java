package dev.fovea.teamfile;

import java.util.List;

/**
 * How a release goes into production.
 *
 * @param weights the canary's share of the traffic in each stage, in percent, rising, each 1 to 99
 * @param requests how many canary answers each stage needs at least
 * @param margin how many times the stable's odds of a bad answer are still "not worse", 1 or more
 * @param falseRollback the largest chance that a canary that is not worse is rolled back, over the
 *     whole rollout, 0 to 0.5
 * @param approvals how many people must agree before it gets everything
 * @param unsureBelow the confidence under which an answer counts as unsure, 0 to 1
 */
public record CanarySpec(
    List<Integer> weights,
    int requests,
    double margin,
    double falseRollback,
    int approvals,
    double unsureBelow) {
  /** What holds where the file does not say. */
  public static final CanarySpec DEFAULT =
      new CanarySpec(List.of(5, 25, 50), 200, 1.2, 0.05, 1, 0.6);

  public CanarySpec {
    weights = List.copyOf(weights);
  }
}
