package dev.fovea.onnx.quantize;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that src/test/python/quantization_reference.py wrote, with what ONNX Runtime made of it.
 */
public record ReferenceModel(String name) {
  private static final long[] SHAPE = {1, 3, 16, 16};
  private static final int ELEMENTS = 3 * 16 * 16;

  public OnnxModel fp32() {
    return OnnxReader.read(bytes(".onnx"));
  }

  /** What ONNX Runtime's quantize_static made. */
  public OnnxModel int8() {
    return OnnxReader.read(bytes(".int8.onnx"));
  }

  /** The ranges that ONNX Runtime's calibrater found, bit by bit. */
  public Map<String, Range> ranges() {
    var ranges = new TreeMap<String, Range>();
    JsonMapper.builder()
        .build()
        .readValue(bytes(".ranges.json"), new TypeReference<Map<String, float[]>>() {})
        .forEach((tensor, ends) -> ranges.put(tensor, new Range(ends[0], ends[1])));
    return ranges;
  }

  public CalibrationRanges calibration() {
    var model = Digest.sha256(OnnxWriter.bytes(Preparation.prepare(fp32())));
    return new CalibrationRanges(model, Digest.sha256(new byte[0]), "min-max", 4, ranges());
  }

  public List<Map<String, FloatTensor>> examples() {
    var floats =
        ByteBuffer.wrap(bytes(".calib.f32")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var batches = new ArrayList<Map<String, FloatTensor>>();
    while (floats.hasRemaining()) {
      var data = new float[ELEMENTS];
      floats.get(data);
      batches.add(Map.of("x", FloatTensor.of(data, SHAPE)));
    }
    return batches;
  }

  public static Map<String, FloatTensor> randomInput(long seed) {
    var random = new Random(seed);
    var data = new float[ELEMENTS];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return Map.of("x", FloatTensor.of(data, SHAPE));
  }

  private byte[] bytes(String suffix) {
    try (var in = ReferenceModel.class.getResourceAsStream(name + suffix)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name + suffix);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
