package dev.fovea.onnx.quantize.calibrate;

/** Sees all values of one tensor, array by array, and then says its range; memory is bounded. */
sealed interface RangeObserver permits MinMaxObserver, HistogramObserver {

  /** Takes in values, all finite. */
  void observe(float[] values);

  /** The range of what was seen; 0 to 0 if the tensor was always empty. */
  Range range();

  static RangeObserver of(CalibrationMethod method) {
    return switch (method) {
      case CalibrationMethod.MinMax _ -> new MinMaxObserver();
      case CalibrationMethod.Percentile(double percent) ->
          new HistogramObserver(new PercentileChoice(percent));
      case CalibrationMethod.MeanSquare _ -> new HistogramObserver(new LeastSquares());
      case CalibrationMethod.Entropy(boolean symmetric) ->
          new HistogramObserver(new EntropyChoice(symmetric));
    };
  }
}
