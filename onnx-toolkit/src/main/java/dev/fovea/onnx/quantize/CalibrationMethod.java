package dev.fovea.onnx.quantize;

/** How a range is chosen from the values that were seen. */
public sealed interface CalibrationMethod {

  /** From the least to the largest value: nothing is clipped, an outlier costs resolution. */
  record MinMax() implements CalibrationMethod {
    @Override
    public String describe() {
      return "min-max";
    }
  }

  /**
   * The middle part of the values; half of the rest is clipped on either side. Values are counted
   * in at least 1,024 equal bins between zero and the largest magnitude.
   *
   * @param percent how many of the values stay, above 50 and at most 100; 99.99 is usual
   */
  record Percentile(double percent) implements CalibrationMethod {
    public Percentile {
      if (!(percent > 50 && percent <= 100)) {
        throw new IllegalArgumentException(
            "percentile: %s (expected: above 50, at most 100)".formatted(percent));
      }
    }

    @Override
    public String describe() {
      return "percentile " + percent;
    }
  }

  /**
   * The range whose 8-bit form is least off: the mean square of what is rounded and of what is
   * clipped together, counted by the quantiser's own arithmetic on at least 1,024 equal bins.
   */
  record MeanSquare() implements CalibrationMethod {
    @Override
    public String describe() {
      return "mse";
    }
  }

  /**
   * The range whose 8-bit form loses least information: the Kullback-Leibler divergence of the
   * values, those beyond the range at its ends, from their 256 levels, each spread over the bins
   * that it stands for (Migacz, "8-bit inference with TensorRT", GTC 2017). Over at least 1,024
   * bins: with as many bins as levels nothing is ever clipped, which is what ONNX Runtime 1.29 does
   * by default. Zeros are exact in every range, so they say nothing: without them the many of a
   * Relu would ask for the smallest range.
   */
  record Entropy() implements CalibrationMethod {
    @Override
    public String describe() {
      return "entropy";
    }
  }

  /** Name and parameters, as {@link CalibrationRanges#method()} holds them. */
  String describe();

  static CalibrationMethod minMax() {
    return new MinMax();
  }

  static CalibrationMethod percentile(double percent) {
    return new Percentile(percent);
  }

  static CalibrationMethod meanSquare() {
    return new MeanSquare();
  }

  static CalibrationMethod entropy() {
    return new Entropy();
  }
}
