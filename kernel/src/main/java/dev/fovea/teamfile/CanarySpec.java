package dev.fovea.teamfile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
 * @param shadow the share of the stable's requests, in percent, 1 to 99, of which it gets copies
 *     before it answers anybody; absent where there is no such stage
 * @param bake how long the version before it is kept warm after it got everything; none in what was
 *     written before there was one
 */
public record CanarySpec(
    List<Integer> weights,
    int requests,
    double margin,
    double falseRollback,
    int approvals,
    double unsureBelow,
    Optional<Integer> shadow,
    Duration bake) {
  /**
   * What holds where the file does not say. An hour of bake covers what shows itself with the first
   * full load; a longer one keeps a second server busy and the next version waiting.
   */
  public static final CanarySpec DEFAULT =
      new CanarySpec(
          List.of(5, 25, 50), 200, 1.2, 0.05, 1, 0.6, Optional.empty(), Duration.ofHours(1));

  public CanarySpec(
      List<Integer> weights,
      int requests,
      double margin,
      double falseRollback,
      int approvals,
      double unsureBelow,
      @Nullable Optional<Integer> shadow,
      @Nullable Duration bake) {
    this.weights = List.copyOf(weights);
    this.requests = requests;
    this.margin = margin;
    this.falseRollback = falseRollback;
    this.approvals = approvals;
    this.unsureBelow = unsureBelow;
    this.shadow = shadow == null ? Optional.empty() : shadow;
    this.bake = bake == null ? Duration.ZERO : bake;
  }

  /** Without a shadow stage and without a bake. */
  public CanarySpec(
      List<Integer> weights,
      int requests,
      double margin,
      double falseRollback,
      int approvals,
      double unsureBelow) {
    this(
        weights,
        requests,
        margin,
        falseRollback,
        approvals,
        unsureBelow,
        Optional.empty(),
        Duration.ZERO);
  }

  /** The same with a shadow stage. */
  public CanarySpec shadowing(int share) {
    return new CanarySpec(
        weights, requests, margin, falseRollback, approvals, unsureBelow, Optional.of(share), bake);
  }

  /** The same with this bake. */
  public CanarySpec baking(Duration length) {
    return new CanarySpec(
        weights, requests, margin, falseRollback, approvals, unsureBelow, shadow, length);
  }
}
