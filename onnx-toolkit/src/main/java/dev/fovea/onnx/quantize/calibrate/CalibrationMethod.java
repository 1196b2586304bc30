package dev.fovea.onnx.quantize.calibrate;

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
   * The range that loses least information, by the divergence of Kullback and Leibler between the
   * values' distribution and what 256 levels keep of it: TensorRT's choice, on at least 1,024 equal
   * bins.
   *
   * @param symmetric whether the levels lie on both sides of 0 even where all values lie on one, as
   *     TensorRT has them
   */
  record Entropy(boolean symmetric) implements CalibrationMethod {
    @Override
    public String describe() {
      return symmetric ? "entropy, symmetric" : "entropy";
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

  static CalibrationMethod entropy(boolean symmetric) {
    return new Entropy(symmetric);
  }
}
