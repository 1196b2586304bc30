package dev.fovea.registry.sweep.sampler;

/** Each kernel has most of its weight on the choice that was observed, the rest spread evenly. */
final class ChoiceKernels implements Kernels {
  private final double[] observed;
  private final int choices;
  private final double logObserved;
  private final double logOther;
  private final double observedChance;

  ChoiceKernels(double[] observed, int choices) {
    this.observed = observed;
    this.choices = choices;
    double spread = 1.0 / (observed.length + 1);
    double sum = 1 + choices * spread;
    this.observedChance = 1 / sum;
    this.logObserved = StrictMath.log((1 + spread) / sum);
    this.logOther = StrictMath.log(spread / sum);
  }

  @Override
  public double draw(int kernel, Dice dice) {
    double chance = dice.next();
    if (kernel < observed.length && chance < observedChance) {
      return observed[kernel];
    }
    double even =
        kernel < observed.length ? (chance - observedChance) / (1 - observedChance) : chance;
    return Math.min((int) (even * choices), choices - 1);
  }

  @Override
  public void addLogDensities(double value, double[] logs) {
    for (int i = 0; i < observed.length; i++) {
      logs[i] += observed[i] == value ? logObserved : logOther;
    }
    logs[observed.length] -= StrictMath.log(choices);
  }
}
