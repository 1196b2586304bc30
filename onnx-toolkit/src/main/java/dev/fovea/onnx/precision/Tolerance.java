package dev.fovea.onnx.precision;

/**
 * How far an answer may be from the expected one. All three must hold for each output.
 *
 * @param maxAbsolute largest difference of an element, {@code >= 0}
 * @param maxRelative largest difference of an element divided by the largest magnitude in the
 *     expected output, {@code >= 0}
 * @param minCosine least cosine of the angle between the two outputs, -1 to 1
 */
public record Tolerance(double maxAbsolute, double maxRelative, double minCosine) {

  public Tolerance {
    // Written so that NaN is refused too.
    if (!(maxAbsolute >= 0) || !(maxRelative >= 0)) {
      throw new IllegalArgumentException(
          "tolerance: absolute %s, relative %s (expected: >= 0)"
              .formatted(maxAbsolute, maxRelative));
    }
    if (!(minCosine >= -1 && minCosine <= 1)) {
      throw new IllegalArgumentException(
          "tolerance: cosine %s (expected: -1 to 1)".formatted(minCosine));
    }
  }

  /** A limit on the relative difference alone. */
  public static Tolerance relative(double maxRelative) {
    return new Tolerance(Double.POSITIVE_INFINITY, maxRelative, -1);
  }

  /** What two float32 runtimes reach on the same vision model: 1e-3 relative, cosine 0.9999. */
  public static Tolerance float32() {
    return new Tolerance(Double.POSITIVE_INFINITY, 1e-3, 0.9999);
  }
}
