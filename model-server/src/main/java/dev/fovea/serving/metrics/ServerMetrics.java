package dev.fovea.serving.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What a model server counts, in the Prometheus text format 0.0.4. The {@code nv_inference_…} names
 * are Triton's, so that dashboards made for it show this server too.
 */
public final class ServerMetrics {
  private static final double NANOS = 1e9;

  private final String labels;
  private final Map<Integer, LongAdder> answersByStatus = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> capturedByReason = new ConcurrentSkipListMap<>();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder images = new LongAdder();
  private final Histogram seconds =
      new Histogram(
          "fovea_inference_seconds",
          "From the first byte read to the last byte written.",
          0.0005,
          0.001,
          0.002,
          0.005,
          0.01,
          0.02,
          0.05,
          0.1,
          0.2,
          0.5,
          1,
          2,
          5,
          10);
  private final Histogram confidence =
      new Histogram(
          "fovea_answer_confidence",
          "Probability of the class that was answered.",
          0.1,
          0.2,
          0.3,
          0.4,
          0.5,
          0.6,
          0.7,
          0.8,
          0.9,
          0.95,
          0.99);

  /** Metrics that carry the model's name and version; neither may hold a quote or a backslash. */
  public ServerMetrics(String model, String version) {
    labels = "model=\"%s\",version=\"%s\"".formatted(model, version);
  }

  /** One infer request was answered. */
  public void answered(int status, int imagesInIt, long nanos) {
    answersByStatus.computeIfAbsent(status, _ -> new LongAdder()).increment();
    images.add(imagesInIt);
    seconds.record(nanos / NANOS);
  }

  /** One image got a class. */
  public void confident(double probability) {
    confidence.record(probability);
  }

  /** A sink kept a frame. */
  public void captured(String reason) {
    capturedByReason.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  /** Frames were wanted and could not be kept. */
  public void dropped(int frames) {
    dropped.add(frames);
  }

  /** How many were dropped so far. */
  public long dropped() {
    return dropped.sum();
  }

  /** Everything, as text. */
  public String text(LongSupplier waiting) {
    var out = new StringBuilder();
    family(out, "fovea_inference_requests_total", "counter", "Infer requests by HTTP status.");
    answersByStatus.forEach((status, count) ->
        line(out, "fovea_inference_requests_total", ",code=\"" + status + '"', count.sum()));
    family(out, "nv_inference_request_success", "counter", "Infer requests that succeeded.");
    line(out, "nv_inference_request_success", "", sum(true));
    family(out, "nv_inference_request_failure", "counter", "Infer requests that failed.");
    line(out, "nv_inference_request_failure", "", sum(false));
    family(out, "nv_inference_count", "counter", "Images that were answered.");
    line(out, "nv_inference_count", "", images.sum());
    family(out, "nv_inference_pending_request_count", "gauge", "Requests that wait to run.");
    line(out, "nv_inference_pending_request_count", "", waiting.getAsLong());
    seconds.write(out, labels);
    confidence.write(out, labels);
    family(out, "fovea_frames_captured_total", "counter", "Frames that were kept.");
    capturedByReason.forEach((reason, count) ->
        line(out, "fovea_frames_captured_total", ",reason=\"" + reason + '"', count.sum()));
    family(out, "fovea_frames_dropped_total", "counter", "Frames that could not be kept.");
    line(out, "fovea_frames_dropped_total", "", dropped.sum());
    return out.toString();
  }

  private long sum(boolean good) {
    return answersByStatus.entrySet().stream()
        .filter(each -> each.getKey() < 400 == good)
        .mapToLong(each -> each.getValue().sum())
        .sum();
  }

  private static void family(StringBuilder out, String name, String type, String help) {
    out.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }

  private void line(StringBuilder out, String name, String more, long value) {
    out.append("%s{%s%s} %d\n".formatted(name, labels, more, value));
  }
}
