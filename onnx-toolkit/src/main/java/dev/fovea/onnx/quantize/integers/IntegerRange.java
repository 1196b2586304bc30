package dev.fovea.onnx.quantize.integers;

import dev.fovea.onnx.graph.DataType;

/** The integers that a scale is computed for; rounding clips to the full range of the type. */
public enum IntegerRange {
  UINT8(DataType.UINT8, 0, 255),
  INT8(DataType.INT8, -128, 127),
  INT8_SYMMETRIC(DataType.INT8, -127, 127),
  /**
   * Half the range of weights, for processors without VNNI: they add two products of an unsigned
   * and a signed byte in 16 bits, and 255 x 127 x 2 = 64,770 overflows where 255 x 64 x 2 = 32,640
   * does not.
   */
  INT8_REDUCED(DataType.INT8, -64, 64),
  UINT8_REDUCED(DataType.UINT8, 0, 127);

  private final DataType type;
  private final int min;
  private final int max;

  IntegerRange(DataType type, int min, int max) {
    this.type = type;
    this.min = min;
    this.max = max;
  }

  public DataType type() {
    return type;
  }

  public int min() {
    return min;
  }

  public int max() {
    return max;
  }
}
