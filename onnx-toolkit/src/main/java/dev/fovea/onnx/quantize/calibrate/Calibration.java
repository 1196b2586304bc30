package dev.fovea.onnx.quantize.calibrate;

import static java.util.Objects.requireNonNull;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs a model over example inputs and keeps the range of each float tensor. Memory holds one batch
 * with its intermediate tensors, never all batches: make batches small.
 */
public final class Calibration {
  private final Map<String, RangeObserver> observers = new TreeMap<>();
  private final CalibrationMethod method;
  private final MessageDigest data = Digest.hasher();
  private long batches;

  private Calibration(CalibrationMethod method) {
    this.method = method;
  }

  /**
   * Runs the model once for each example.
   *
   * @param model a float model; it is calibrated in its form after {@link Preparation}
   * @param examples inputs by name, one map a batch, iterated once; at least one
   * @throws NotQuantizable if there is no example, or an input or intermediate tensor is not finite
   * @throws dev.fovea.onnx.session.RefusedTensor if an example does not fit the model
   */
  public static CalibrationRanges collect(
      OnnxModel model, CalibrationMethod method, Iterable<Map<String, FloatTensor>> examples) {
    var prepared = Preparation.prepare(model);
    var calibration = new Calibration(method);
    var observed = ObservedGraph.of(prepared.graph());
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    try (var session = InferenceSession.open(prepared.withGraph(observed.graph()), settings)) {
      for (var example : examples) {
        calibration.observe(session, observed.tensors(), example);
      }
    }
    return calibration.ranges(OnnxWriter.digest(prepared));
  }

  private void observe(
      InferenceSession session, Map<String, String> tensors, Map<String, FloatTensor> example) {
    if (!tensors.isEmpty()) {
      session.run(
          example,
          tensors.keySet(),
          (flat, values) -> observe(requireNonNull(tensors.get(flat)), values));
    }
    for (var input : session.inputs()) {
      var fed = example.get(input.name());
      if (input.type() == DataType.FLOAT && fed != null) {
        observe(input.name(), fed);
      }
    }
    hash(example);
    batches++;
  }

  private void observe(String tensor, FloatTensor values) {
    var data = values.data();
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(data[i])) {
        throw NotQuantizable.notFinite(
            "calibration batch %d (from 0),".formatted(batches), tensor, i, data[i]);
      }
    }
    observers.computeIfAbsent(tensor, _ -> RangeObserver.of(method)).observe(data);
  }

  private CalibrationRanges ranges(Digest model) {
    if (batches == 0) {
      throw new NotQuantizable(
          "calibration: 0 batches (expected: >= 1)",
          "Give example inputs; 100 to 500 images are usual.");
    }
    var ranges = new TreeMap<String, Range>();
    observers.forEach((tensor, observer) -> ranges.put(tensor, observer.range()));
    var digest = new Digest(HexFormat.of().formatHex(data.digest()));
    return new CalibrationRanges(model, digest, method.describe(), batches, ranges);
  }

  /** Lengths go in front, so that no two different batches are hashed as the same bytes. */
  private void hash(Map<String, FloatTensor> example) {
    hash(example.size());
    new TreeMap<>(example)
        .forEach((name, tensor) -> {
          var bytes = name.getBytes(StandardCharsets.UTF_8);
          hash(bytes.length);
          data.update(bytes);
          var shape = tensor.shape();
          hash(shape.length);
          for (long size : shape) {
            data.update(ByteBuffer.allocate(Long.BYTES).putLong(size).array());
          }
          var elements = ByteBuffer.allocate(tensor.data().length * Float.BYTES);
          elements.asFloatBuffer().put(tensor.data());
          data.update(elements);
        });
  }

  private void hash(int number) {
    data.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }
}
