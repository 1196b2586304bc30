package dev.fovea.onnx.quantize.calibrate;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The range of each float tensor of a model over some calibration data. A value: equal inputs give
 * equal ranges and equal JSON, so it can be stored and found by {@link #digest()}.
 *
 * @param model digest of the model that was run: the written form after {@link Preparation}
 * @param data digest of all batches: names, shapes and elements
 * @param method {@link CalibrationMethod#describe()}
 * @param batches how many batches were run, {@code >= 1}
 * @param ranges by tensor name, iterated in the order of the names
 */
public record CalibrationRanges(
    Digest model, Digest data, String method, long batches, Map<String, Range> ranges) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public CalibrationRanges {
    if (batches < 1) {
      throw new IllegalArgumentException(
          "calibration: %d batches (expected: >= 1)".formatted(batches));
    }
    ranges = Collections.unmodifiableMap(new TreeMap<>(ranges));
  }

  /** The written form; {@link #parse} reads it. */
  public String json() {
    return JSON.writeValueAsString(this);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws tools.jackson.core.JacksonException if it is something else
   */
  public static CalibrationRanges parse(String json) {
    return JSON.readValue(json, CalibrationRanges.class);
  }

  /** The digest of the written form. */
  public Digest digest() {
    return Digest.sha256(json().getBytes(StandardCharsets.UTF_8));
  }
}
