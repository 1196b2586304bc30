package dev.fovea.onnx.precision;

/**
 * Signal-to-quantisation-noise ratio in decibels, by the formula of ONNX Runtime's {@code
 * qdq_loss_debug}: {@code 20 log10(max(|x|, e) / max(|x - y|, e))} over all elements, with e =
 * 2^-52. Equal signals therefore give a large finite number, and a silent reference a very low one.
 */
public final class SignalToNoise {
  private static final double EPSILON = Math.ulp(1.0);

  private double signal;
  private double noise;

  /** A measure without samples; add them in any number of calls. */
  public SignalToNoise() {}

  /** The ratio of two signals of equal length. */
  public static double decibels(float[] reference, float[] actual) {
    var ratio = new SignalToNoise();
    ratio.add(reference, actual);
    return ratio.decibels();
  }

  /**
   * Takes in more samples.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public void add(float[] reference, float[] actual) {
    if (reference.length != actual.length) {
      throw new IllegalArgumentException(
          "signals: %d and %d elements (expected: equal)"
              .formatted(reference.length, actual.length));
    }
    for (int i = 0; i < reference.length; i++) {
      add(reference[i], actual[i]);
    }
  }

  void add(float reference, float actual) {
    double difference = (double) reference - actual;
    signal += (double) reference * reference;
    noise += difference * difference;
  }

  /** The ratio of what was added so far. */
  public double decibels() {
    return 20
        * Math.log10(Math.max(Math.sqrt(signal), EPSILON) / Math.max(Math.sqrt(noise), EPSILON));
  }
}
