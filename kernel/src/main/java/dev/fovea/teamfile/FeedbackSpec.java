package dev.fovea.teamfile;

/**
 * Which frames come back from production.
 *
 * @param budget how many frames a batch holds
 * @param unsureBelow frames whose confidence is lower are captured, 0 to 1
 * @param auditShare the share of all other frames captured at random, 0 to 1
 */
public record FeedbackSpec(int budget, double unsureBelow, double auditShare) {
  /** What holds where the file does not say. */
  public static final FeedbackSpec DEFAULT = new FeedbackSpec(100, 0.6, 0.01);
}
