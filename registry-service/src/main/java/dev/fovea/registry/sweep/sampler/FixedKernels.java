package dev.fovea.registry.sweep.sampler;

/** Those of a parameter that has one value only: they tell nothing apart. */
record FixedKernels(double value) implements Kernels {
  @Override
  public double draw(int kernel, Dice dice) {
    return value;
  }

  @Override
  public void addLogDensities(double at, double[] logs) {}
}
