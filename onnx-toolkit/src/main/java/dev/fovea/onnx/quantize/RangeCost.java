package dev.fovea.onnx.quantize;

/** What a range costs those who use it. */
interface RangeCost {
  /**
   * The cost of a range; infinite where it is out of the question. That of all that was seen never
   * is.
   *
   * @param range holds 0, and lies within what was seen and 0
   */
  double of(Histogram histogram, Range range);
}
