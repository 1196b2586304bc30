package dev.fovea.registry.sweep;

import dev.fovea.kernel.Problem;

/** A call that contradicts what the sweep or the trial has come to. */
public final class SweepConflict extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what which sweep or trial, and what it has come to
   * @param fix what to do
   */
  public SweepConflict(String what, String fix) {
    super(Kind.CONFLICT, what, fix);
    this.what = what;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}
