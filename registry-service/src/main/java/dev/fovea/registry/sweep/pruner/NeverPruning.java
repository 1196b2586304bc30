package dev.fovea.registry.sweep.pruner;

/** Lets every trial come to its end. */
public final class NeverPruning implements Pruner {
  @Override
  public Verdict judge(Curve trial, Standings others) {
    return Verdict.of(trial, false);
  }
}
