package dev.fovea.onnx.prune.correct;

/**
 * How far a tensor's channels have gone from where they were.
 *
 * @param expected the mean of each in the whole model
 * @param measured its mean in the pruned one
 * @param ratios its standard deviation in the pruned model, of that in the whole one; 1 where it is
 *     to stay as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Shift(double[] expected, double[] measured, double[] ratios) {
  /** Whether nothing has moved. */
  boolean isNone() {
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != measured[i] || ratios[i] != 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether a deviation is to change. */
  boolean scales() {
    for (double ratio : ratios) {
      if (ratio != 1) {
        return true;
      }
    }
    return false;
  }
}
