package dev.fovea.onnx.quantize.search;

import java.io.IOException;
import java.nio.file.Path;

/** Measures how long a model takes for one input, on the device that it is for. */
@FunctionalInterface
public interface LatencyProbe {
  /**
   * Measures a model file.
   *
   * @throws dev.fovea.kernel.Problem when the device cannot run it
   */
  Latency measure(Path model) throws IOException;

  /**
   * The median time for one input, in milliseconds, with its interval.
   *
   * @param samples how many inferences it is of
   */
  record Latency(double p50, double low, double high, int samples) {
    public Latency {
      if (!(p50 >= 0 && low <= p50 && p50 <= high && high < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "latency: p50 %s ms in [%s, %s] (expected: finite, >= 0, inside)"
                .formatted(p50, low, high));
      }
    }
  }
}
