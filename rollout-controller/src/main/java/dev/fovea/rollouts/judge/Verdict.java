package dev.fovea.rollouts.judge;

/** What the evidence says now. */
public sealed interface Verdict {
  /** Nothing speaks against going on. */
  record NotWorse() implements Verdict {}

  /**
   * The canary is worse.
   *
   * @param why a sentence with the counts and the evidence
   */
  record Worse(String measure, String why) implements Verdict {}

  /** There is no saying: nothing advances. */
  record Unusable(String why) implements Verdict {}
}
