package dev.fovea.onnx.quantize;

/** The squares of what rounding and clipping change, summed. */
final class MeanSquareError implements RangeCost {
  @Override
  public double of(Histogram histogram, Range range) {
    var affine = Affine.asymmetric(range.min(), range.max(), IntegerRange.UINT8);
    double sum = 0;
    for (int bin = 0; bin < histogram.counts().length; bin++) {
      long count = histogram.inexact(bin);
      if (count > 0) {
        float value = histogram.middle(bin);
        double error = (double) value - affine.dequantize(affine.quantize(value));
        sum += count * error * error;
      }
    }
    return sum;
  }
}
