package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The time that ONNX Runtime takes on this machine. The interval of the median is by order
 * statistics, at 95 %.
 */
public final class LocalLatency implements LatencyProbe {
  private static final int LEAST_SAMPLES = 10;
  private static final double NORMAL_95 = 1.96;

  private final FloatTensor input;
  private final int samples;
  private final Duration longest;

  /**
   * @param input the shape of the input, batch included
   * @param samples how many inferences count, at least 10; a tenth of that many come before
   * @param longest after which no further one is begun, once there are 10
   */
  public LocalLatency(List<Long> input, int samples, Duration longest) {
    if (samples < LEAST_SAMPLES) {
      throw new IllegalArgumentException(
          "latency of %d samples (expected: >= %d)".formatted(samples, LEAST_SAMPLES));
    }
    int elements =
        Math.toIntExact(input.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b));
    var data = new float[elements];
    var random = new Random(1);
    for (int i = 0; i < elements; i++) {
      data[i] = random.nextFloat();
    }
    this.input = FloatTensor.of(data, input.stream().mapToLong(Long::longValue).toArray());
    this.samples = samples;
    this.longest = longest;
  }

  @Override
  public Latency measure(Path model) {
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      var fed = Map.of(session.inputs().getFirst().name(), input);
      for (int i = 0; i < Math.max(1, samples / 10); i++) {
        session.run(fed);
      }
      var millis = new double[samples];
      int taken = 0;
      long end = System.nanoTime() + longest.toNanos();
      while (taken < samples && (taken < LEAST_SAMPLES || System.nanoTime() - end < 0)) {
        long start = System.nanoTime();
        session.run(fed);
        millis[taken++] = (System.nanoTime() - start) / 1e6;
      }
      return median(Arrays.copyOf(millis, taken));
    }
  }

  static Latency median(double[] millis) {
    var sorted = millis.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double reach = NORMAL_95 * Math.sqrt(n) / 2;
    int low = (int) Math.clamp(Math.floor(n / 2.0 - reach), 0, n - 1);
    int high = (int) Math.clamp(Math.ceil(n / 2.0 + reach), 0, n - 1);
    double p50 = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    return new Latency(p50, Math.min(p50, sorted[low]), Math.max(p50, sorted[high]), n);
  }
}
