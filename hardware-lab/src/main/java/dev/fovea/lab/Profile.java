package dev.fovea.lab;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was measured: a model file on a device, one request after another (LoadGen's single stream).
 *
 * @param digest of the measured facts
 * @param model the ONNX file's digest
 * @param latencies of one inference
 * @param warmUp how many inferences were thrown away first
 * @param samples how many were kept
 * @param throughput inferences a second
 * @param memory how much the process grew while the model was loaded and ran
 * @param trace the latencies in the order they were taken, thinned to at most 240, in milliseconds
 * @param steady whether the second half agrees with the first (within 10 % at the median)
 */
public record Profile(
    Digest digest,
    Name device,
    Digest model,
    Latencies latencies,
    int warmUp,
    int samples,
    double throughput,
    ByteSize memory,
    List<Double> trace,
    boolean steady,
    Map<String, String> facts,
    Instant at) {
  /** Each quantile with its 95 % interval from order statistics. */
  public record Latencies(Interval p50, Interval p90, Interval p99) {}

  /**
   * A quantile in milliseconds and the interval that holds it with 95 % confidence; {@code high} is
   * infinite where the sample is too small for an upper end.
   */
  public record Interval(double value, double low, double high) {}
}
