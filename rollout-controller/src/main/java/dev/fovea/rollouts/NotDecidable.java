package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/** The decision does not fit the rollout's present state, evidence or the person's right. */
public final class NotDecidable extends Problem {
  private final Digest rollout;
  private final String why;
  private final String fix;

  /**
   * @param why what stands against it, with values
   * @param fix what to do
   */
  public NotDecidable(Digest rollout, String why, String fix) {
    super(Kind.CONFLICT, "rollout %s: %s".formatted(rollout.abbreviated(), why), fix);
    this.rollout = rollout;
    this.why = why;
    this.fix = fix;
  }

  public Digest rollout() {
    return rollout;
  }

  public String why() {
    return why;
  }

  public String fix() {
    return fix;
  }
}
