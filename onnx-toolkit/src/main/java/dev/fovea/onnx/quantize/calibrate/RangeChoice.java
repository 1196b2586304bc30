package dev.fovea.onnx.quantize.calibrate;

/** How a range is chosen from what was counted. */
interface RangeChoice {
  /**
   * A range within what was seen and 0.
   *
   * @param histogram of one value or more
   */
  Range of(Histogram histogram);
}
