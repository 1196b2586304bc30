package dev.fovea.onnx.quantize.integers;

import dev.fovea.onnx.graph.DataType;

/**
 * The relation {@code real = scale * (integer - zeroPoint)}. Arithmetic follows ONNX Runtime 1.29's
 * {@code quant_utils.compute_scale_zp} to the bit, including where it rounds to 32 bits.
 *
 * @param scale above 0
 * @param zeroPoint the integer that stands for 0
 * @param type UINT8 or INT8
 */
public record Affine(float scale, int zeroPoint, DataType type) {

  /** The relation that covers a range, widened to hold 0, with all integers in use. */
  public static Affine asymmetric(float min, float max, IntegerRange integers) {
    float low = Math.min(min, 0);
    float high = Math.max(max, 0);
    double scale = scale(low, high, integers);
    if (scale < Float.MIN_NORMAL) {
      return new Affine(1, 0, integers.type());
    }
    return new Affine(
        (float) scale, (int) Math.rint(integers.min() - low / scale), integers.type());
  }

  /** The relation that covers a range, widened to be symmetric about 0. */
  public static Affine symmetric(float min, float max, IntegerRange integers) {
    float magnitude = Math.max(Math.abs(Math.min(min, 0)), Math.abs(Math.max(max, 0)));
    double scale = scale(-magnitude, magnitude, integers);
    if (scale < Float.MIN_NORMAL) {
      return new Affine(1, 0, integers.type());
    }
    // Half-even: 128 for unsigned bytes.
    int middle = (int) Math.rint((integers.min() + integers.max()) / 2.0);
    return new Affine((float) scale, middle, integers.type());
  }

  /** The nearest integer, ties to even, clipped to the type. */
  public int quantize(float real) {
    float steps = (float) Math.rint(real / scale) + zeroPoint;
    return (int) Math.clamp(steps, (float) least(), (float) largest());
  }

  public float dequantize(int integer) {
    return (integer - zeroPoint) * scale;
  }

  /** The least integer of the type. */
  public int least() {
    return type == DataType.UINT8 ? 0 : Byte.MIN_VALUE;
  }

  /** The largest integer of the type. */
  public int largest() {
    return type == DataType.UINT8 ? 255 : Byte.MAX_VALUE;
  }

  private static double scale(float low, float high, IntegerRange integers) {
    float width = high - low;
    // The 32-bit difference of finite ends can overflow; the wide one cannot.
    double range = Float.isInfinite(width) ? (double) high - low : width;
    return range / ((double) integers.max() - integers.min());
  }
}
