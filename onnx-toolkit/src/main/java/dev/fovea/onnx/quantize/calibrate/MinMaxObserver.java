package dev.fovea.onnx.quantize.calibrate;

final class MinMaxObserver implements RangeObserver {
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  @Override
  public void observe(float[] values) {
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }

  @Override
  public Range range() {
    return min <= max ? new Range(min, max) : new Range(0, 0);
  }
}
