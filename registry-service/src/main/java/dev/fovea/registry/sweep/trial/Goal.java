package dev.fovea.registry.sweep.trial;

/** Which values are better. */
public enum Goal {
  /** Smaller ones. */
  MINIMIZE,
  /** Greater ones. */
  MAXIMIZE;

  /** The value where smaller is better; 0 for both zeros, so that they tie. */
  public double loss(double value) {
    return this == MINIMIZE ? value + 0.0 : 0.0 - value;
  }
}
