package dev.fovea.benchmarks;

import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.FloatTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes one INT8 model from an ONNX file and says what that took, in a process of its own: {@code
 * ModelQuantization MODEL IMAGES COUNT SETTING OUT}. IMAGES has little-endian 32-bit floats of the
 * model's one input, image after image; SETTING is a method of {@code fovea.yaml}, or one and
 * {@code +bias-correction}. Prints JSON: the seconds from reading the model to having written the
 * other, and the most memory that the process ever had in KiB.
 */
final class ModelQuantization {
  private static final double PERCENTILE = 99.99;

  private ModelQuantization() {}

  public static void main(String[] arguments) throws IOException {
    var images = Path.of(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    var setting = arguments[3].split("\\+");
    long begun = System.nanoTime();
    var model = OnnxReader.read(Path.of(arguments[0]));
    try (var channel = FileChannel.open(images)) {
      var examples = examples(model, channel, count);
      var ranges = Calibration.collect(model, method(setting[0]), examples);
      var profile = QuantizationProfile.ORT_X86;
      var int8 =
          setting.length > 1
              ? Quantizer.quantizeCorrected(model, ranges, profile, Set.of(), examples)
              : Quantizer.quantize(model, ranges, profile);
      OnnxWriter.write(int8.model(), Path.of(arguments[4]));
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.println(
        String.format(Locale.ROOT, "{\"seconds\": %.4f, \"peak_kib\": %d}", seconds, peakKib()));
  }

  private static CalibrationMethod method(String name) {
    return switch (name) {
      case "min-max" -> CalibrationMethod.minMax();
      case "percentile" -> CalibrationMethod.percentile(PERCENTILE);
      case "mse" -> CalibrationMethod.meanSquare();
      case "entropy" -> CalibrationMethod.entropy(false);
      default -> throw new IllegalArgumentException("method: " + name);
    };
  }

  /** Reads one image at a time. */
  private static Iterable<Map<String, FloatTensor>> examples(
      OnnxModel model, FileChannel channel, int count) {
    var input = model.graph().inputs().getFirst();
    var shape =
        input.shape().stream()
            .mapToLong(each -> each instanceof Dimension.Fixed(long size) ? size : 1)
            .toArray();
    int elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, Math.toIntExact(size));
    }
    int length = elements;
    return () ->
        IntStream.range(0, count)
            .mapToObj(i -> Map.of(input.name(), FloatTensor.of(read(channel, i, length), shape)))
            .iterator();
  }

  private static float[] read(FileChannel channel, int image, int elements) {
    var bytes = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long start = (long) image * bytes.capacity();
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, start + bytes.position()) < 0) {
          throw new IOException("image %d (from 0): the file ends before".formatted(image));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var values = new float[elements];
    bytes.flip().asFloatBuffer().get(values);
    return values;
  }

  private static long peakKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
