package dev.fovea.benchmarks;

import dev.fovea.onnx.export.Pt2Exporter;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.FloatTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How long Fovea takes to make a {@code .pt2} an ONNX file and an INT8 file. Prints one line a
 * figure, the median of the runs in milliseconds: {@code figure <name> <median>}. {@code
 * benchmarks/run} pairs it with the peers on the same files.
 */
final class ModelPreparation {
  private static final int WARM_UP = 15;
  private static final int RUNS = 31;
  private static final int CALIBRATION_IMAGES = 64;
  private static final int PIXELS = 28 * 28;

  private ModelPreparation() {}

  interface Work {
    void run() throws IOException;
  }

  public static void main(String[] arguments) throws IOException {
    var archive = Path.of(arguments[0]);
    report("export-digit-reader", () -> OnnxWriter.bytes(Pt2Exporter.export(archive).model()));
    var exported = Pt2Exporter.export(archive).model();
    var images = images(exported);
    report("quantize-digit-reader", () -> OnnxWriter.bytes(quantized(exported, images)));
  }

  private static OnnxModel quantized(OnnxModel model, List<Map<String, FloatTensor>> images) {
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), images);
    return Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86).model();
  }

  private static List<Map<String, FloatTensor>> images(OnnxModel model) {
    var random = new Random(0);
    var input = model.graph().inputs().getFirst().name();
    var images = new ArrayList<Map<String, FloatTensor>>();
    for (int i = 0; i < CALIBRATION_IMAGES; i++) {
      var pixels = new float[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        pixels[p] = random.nextFloat() * 2 - 1;
      }
      images.add(Map.of(input, FloatTensor.of(pixels, 1, 1, 28, 28)));
    }
    return images;
  }

  private static void report(String name, Work work) throws IOException {
    var millis = new double[RUNS];
    for (int i = -WARM_UP; i < RUNS; i++) {
      long begun = System.nanoTime();
      work.run();
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.println(String.format(Locale.ROOT, "figure %s %.3f", name, millis[RUNS / 2]));
  }
}
