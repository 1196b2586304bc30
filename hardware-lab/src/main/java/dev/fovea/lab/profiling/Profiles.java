package dev.fovea.lab.profiling;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes a profile of what an agent measured, or refuses it. */
public final class Profiles {
  private static final int TRACE_POINTS = 240;
  private static final double STEADY_WITHIN = 0.10;

  /** No processor runs a model through ONNX Runtime in less than a microsecond. */
  private static final double LEAST_MILLIS = 1e-3;

  /** What the lab's own clock may be off against the device's. */
  private static final double CLOCK_SLACK = 1.05;

  private static final long MOST_MEMORY_BYTES = 1L << 44;

  private Profiles() {}

  /**
   * Judges a measurement by what the lab knows itself: how many samples it asked for and how long
   * it waited for them.
   *
   * @param raw the object that holds every sample
   * @param waited from the assignment to its answer, by the lab's clock
   * @throws Implausible when it cannot be true
   */
  public static Profile of(
      Name device,
      Assignment assignment,
      Measurement measured,
      Digest raw,
      Duration waited,
      Instant at) {
    var latencies = measured.latenciesMillis().stream().mapToDouble(Double::doubleValue).toArray();
    refuseImplausible(device, assignment, measured, waited);
    var statistics = new OrderStatistics(latencies);
    double total = IntStream.range(0, latencies.length).mapToDouble(i -> latencies[i]).sum();
    return new Profile(
        raw,
        device,
        assignment.model(),
        new Profile.Latencies(
            statistics.quantile(0.50), statistics.quantile(0.90), statistics.quantile(0.99)),
        assignment.warmUp(),
        latencies.length,
        latencies.length * 1e3 / total,
        new ByteSize(measured.memoryBytes()),
        thinned(measured.latenciesMillis()),
        steady(latencies),
        measured.facts(),
        at,
        Optional.empty());
  }

  private static void refuseImplausible(
      Name device, Assignment assignment, Measurement measured, Duration waited) {
    var latencies = measured.latenciesMillis();
    if (latencies.size() != assignment.samples()) {
      throw new Implausible(
          device.text(),
          "%d samples (expected: %d)".formatted(latencies.size(), assignment.samples()));
    }
    for (int i = 0; i < latencies.size(); i++) {
      double millis = latencies.get(i);
      if (!(millis >= LEAST_MILLIS) || Double.isInfinite(millis)) {
        throw new Implausible(
            device.text(),
            "sample %d of %d took %s ms (expected: finite, %s or more)"
                .formatted(i + 1, latencies.size(), millis, LEAST_MILLIS));
      }
    }
    double total = latencies.stream().mapToDouble(Double::doubleValue).sum();
    double limit = waited.toNanos() / 1e6 * CLOCK_SLACK;
    if (total > limit) {
      throw new Implausible(
          device.text(),
          "samples that took %.1f ms one after another, within %.1f ms"
              .formatted(total, waited.toNanos() / 1e6));
    }
    if (measured.memoryBytes() < 0 || measured.memoryBytes() > MOST_MEMORY_BYTES) {
      throw new Implausible(
          device.text(),
          "a growth of %d bytes (expected: 0 to %d)"
              .formatted(measured.memoryBytes(), MOST_MEMORY_BYTES));
    }
  }

  /** Every k-th sample, so that the trace keeps its order and its outliers stay where they were. */
  private static List<Double> thinned(List<Double> latencies) {
    int step = Math.ceilDiv(latencies.size(), TRACE_POINTS);
    return IntStream.iterate(0, i -> i < latencies.size(), i -> i + step)
        .mapToObj(latencies::get)
        .toList();
  }

  private static boolean steady(double[] latencies) {
    int half = latencies.length / 2;
    double first = median(latencies, 0, half);
    double second = median(latencies, half, latencies.length);
    return Math.abs(second - first) <= STEADY_WITHIN * first;
  }

  private static double median(double[] values, int from, int to) {
    return new OrderStatistics(Arrays.copyOfRange(values, from, to)).quantile(0.5).value();
  }
}
