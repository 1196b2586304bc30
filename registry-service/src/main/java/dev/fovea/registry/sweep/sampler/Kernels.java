package dev.fovea.registry.sweep.sampler;

/**
 * One parameter's part of a mixture: a distribution around each value that was observed, and last
 * the prior, which is wide.
 */
sealed interface Kernels permits NumericKernels, ChoiceKernels, FixedKernels {
  /** Draws a value from one kernel. */
  double draw(int kernel, Dice dice);

  /** Adds to each kernel's logarithm its logarithm of the density at this value. */
  void addLogDensities(double value, double[] logs);
}
