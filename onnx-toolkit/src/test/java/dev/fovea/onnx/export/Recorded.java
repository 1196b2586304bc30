package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.onnx.graph.OnnxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Inputs that PyTorch was given and what it answered; see src/test/python/pt2_fixtures.py. */
final class Recorded {
  private static final double TOLERANCE = 1e-4;
  private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

  record Values(List<Long> shape, double[] values) {
    static Values of(JsonNode json) {
      var shape = new ArrayList<Long>();
      json.get("shape").forEach(size -> shape.add(size.longValue()));
      var values = new ArrayList<Double>();
      json.get("values").forEach(each -> values.add(number(each.stringValue())));
      return new Values(shape, values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double number(String text) {
      return switch (text) {
        case "nan" -> Double.NaN;
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text);
      };
    }
  }

  private Recorded() {}

  /** A recorded file; one that is stored compressed is unpacked for as long as the tests run. */
  static Path file(String name) {
    var packed = Recorded.class.getResource(name + ".gz");
    if (packed != null) {
      return UNPACKED.computeIfAbsent(name, _ -> unpacked(name, packed));
    }
    try {
      var resource = Recorded.class.getResource(name);
      assertThat(resource).as("fixture %s", name).isNotNull();
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path unpacked(String name, URL packed) {
    try (var in = new GZIPInputStream(packed.openStream())) {
      var file = Files.createTempFile("recorded", name);
      file.toFile().deleteOnExit();
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the model on every recorded input; returns the largest relative error of any output. */
  static double compare(Exported exported, String name) throws IOException, OrtException {
    var cases = JsonMapper.shared().readTree(Files.readString(file(name + ".json")));
    assertThat(cases).isNotEmpty();
    double worst = 0;
    var environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(OnnxWriter.bytes(exported.model()))) {
      for (var each : cases) {
        worst = Math.max(worst, compare(exported, session, each));
      }
    }
    return worst;
  }

  private static double compare(Exported exported, OrtSession session, JsonNode recorded)
      throws OrtException {
    var x = Values.of(recorded.get("x"));
    var floats = new float[x.values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) x.values[i];
    }
    var shape = x.shape.stream().mapToLong(Long::longValue).toArray();
    double worst = 0;
    try (var input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(floats), shape);
        var result = session.run(Map.of("x", input))) {
      var expected = recorded.get("outputs");
      assertThat(result.size()).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        var output = (OnnxTensor) result.get(exported.outputs().get(i).name()).orElseThrow();
        worst = Math.max(worst, compare("output " + i, output, expected.get(i)));
      }
    }
    return worst;
  }

  private static double compare(String name, OnnxTensor actual, JsonNode json) {
    var expected = Values.of(json);
    TensorInfo info = actual.getInfo();
    assertThat(info.type.name().toLowerCase(Locale.ROOT))
        .as(name)
        .isEqualTo(json.get("type").stringValue().replace("float32", "float"));
    assertThat(Arrays.stream(info.getShape()).boxed().toList()).as(name).isEqualTo(expected.shape);
    double scale = 1e-30;
    double difference = 0;
    var values = doubles(actual);
    for (int i = 0; i < expected.values.length; i++) {
      double reference = expected.values[i];
      if (Double.isFinite(reference)) {
        assertThat(values[i]).as("%s at %d", name, i).isFinite();
        scale = Math.max(scale, Math.abs(reference));
        difference = Math.max(difference, Math.abs(values[i] - reference));
      } else {
        // A maximum of differences would hide a NaN, so these places are compared as they are.
        assertThat(Double.compare(values[i], reference)).as("%s at %d", name, i).isZero();
      }
    }
    assertThat(difference / scale).as(name).isLessThan(TOLERANCE);
    return difference / scale;
  }

  private static double[] doubles(OnnxTensor tensor) {
    var values = new double[(int) tensor.getInfo().getNumElements()];
    switch (tensor.getInfo().type) {
      case FLOAT -> {
        var buffer = tensor.getFloatBuffer();
        Arrays.setAll(values, i -> buffer.get());
      }
      case INT64 -> {
        var buffer = tensor.getLongBuffer();
        Arrays.setAll(values, i -> buffer.get());
      }
      case INT32 -> {
        var buffer = tensor.getIntBuffer();
        Arrays.setAll(values, i -> buffer.get());
      }
      default -> throw new AssertionError("no recorded output has type " + tensor.getInfo().type);
    }
    return values;
  }
}
