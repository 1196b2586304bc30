package dev.fovea.onnx.quantize.calibrate;

/**
 * The values that a tensor takes.
 *
 * @param min least value, finite
 * @param max largest value, finite, {@code >= min}
 */
public record Range(float min, float max) {
  public Range {
    if (!(min <= max) || Float.isInfinite(min) || Float.isInfinite(max)) {
      throw new IllegalArgumentException(
          "range: %s to %s (expected: finite and ascending)".formatted(min, max));
    }
  }
}
