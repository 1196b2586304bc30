package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import java.util.Map;
import java.util.Set;

/**
 * Makes an INT8 model from a float one. Scales, zero points and integers are those of ONNX Runtime
 * 1.29's {@code quantize_static}; equal inputs give equal bytes.
 */
public final class Quantizer {
  private static final long LEAST_OPSET = 13;

  private Quantizer() {}

  /**
   * Quantises every node that the profile has a rule for.
   *
   * @param model the float model that was given to {@link Calibration}
   * @throws NotQuantizable if the ranges are another model's, its operator set is older than 13, it
   *     is quantised already, or a weight is not finite
   */
  public static QuantizedModel quantize(
      OnnxModel model, CalibrationRanges ranges, QuantizationProfile profile) {
    return quantize(model, ranges, profile, Set.of());
  }

  /**
   * Quantises all but some nodes. A tensor between a quantised node and one in float is quantised:
   * where that costs accuracy, keep the node before it in float too.
   *
   * @param keptInFloat first outputs of the nodes that stay as they are
   * @throws NotQuantizable as {@link #quantize(OnnxModel, CalibrationRanges, QuantizationProfile)},
   *     or if no node has one of those outputs
   */
  public static QuantizedModel quantize(
      OnnxModel model,
      CalibrationRanges ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat) {
    var prepared = Preparation.prepare(model);
    check(prepared, ranges, keptInFloat);
    return written(model, prepared, ranges, profile, keptInFloat);
  }

  /**
   * Quantises as {@link #quantize(OnnxModel, CalibrationRanges, QuantizationProfile, Set)} does,
   * and gives the biases of convolutions and matrix products what rounding the weights takes from
   * each output channel in mean over the examples. A convolution or {@code Gemm} without a bias
   * gets one. Where the outputs are then further from the float model's in mean over the examples
   * than without, the biases stay as they are; the model's metadata says which.
   *
   * @param examples those of the calibration: inputs by name, one map a batch, iterated twice
   * @throws NotQuantizable as the others, or if there is no example
   * @throws dev.fovea.onnx.session.RefusedTensor if an example does not fit the model
   */
  public static QuantizedModel quantizeCorrected(
      OnnxModel model,
      CalibrationRanges ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat,
      Iterable<Map<String, FloatTensor>> examples) {
    var prepared = Preparation.prepare(model);
    check(prepared, ranges, keptInFloat);
    var placement = Placement.of(prepared.graph(), ranges.ranges(), profile, keptInFloat);
    var corrected = BiasCorrection.correct(prepared, placement, profile, examples);
    var without = written(model, prepared, ranges, profile, keptInFloat);
    var with = written(model, corrected, ranges, profile, keptInFloat);
    return BiasCorrection.better(prepared, without, with, examples);
  }

  private static QuantizedModel written(
      OnnxModel model,
      OnnxModel prepared,
      CalibrationRanges ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat) {
    var placement = Placement.of(prepared.graph(), ranges.ranges(), profile, keptInFloat);
    var quantized =
        prepared
            .withGraph(QdqGraph.of(prepared.graph(), placement, profile))
            .withMetadata("fovea.quantization.profile", profile.name())
            .withMetadata("fovea.quantization.calibration", ranges.digest().toString());
    var report =
        new QuantizationReport(
            placement.outcomes(), OnnxWriter.size(model), OnnxWriter.size(quantized));
    return new QuantizedModel(quantized, report);
  }

  /** Refuses an operator set without scales by channel. */
  static void requireOpset(OnnxModel prepared) {
    long opset = prepared.opsets().getOrDefault("", 0L);
    if (opset < LEAST_OPSET) {
      throw new NotQuantizable(
          "operator set %d (expected: >= %d, which has scales by channel)"
              .formatted(opset, LEAST_OPSET),
          "Export the model with opset_version=%d or later.".formatted(LEAST_OPSET));
    }
  }

  /** Refuses that too, and what is quantised already. */
  static void requireFloat(OnnxModel prepared) {
    requireOpset(prepared);
    for (var node : prepared.graph().nodes()) {
      if (Preparation.is(node, "QuantizeLinear") || Preparation.is(node, "DequantizeLinear")) {
        throw new NotQuantizable(
            "node '%s': %s in a model to quantise (expected: a float model)"
                .formatted(node.name(), node.opType()),
            "Quantise the float model that this one was made from.");
      }
    }
  }

  private static void check(OnnxModel prepared, CalibrationRanges ranges, Set<String> keptInFloat) {
    requireFloat(prepared);
    var digest = OnnxWriter.digest(prepared);
    if (!digest.equals(ranges.model())) {
      throw new NotQuantizable(
          "calibration of %s (expected: of this model, %s)"
              .formatted(ranges.model().abbreviated(), digest.abbreviated()),
          "Calibrate the model that is quantised.");
    }
    for (var output : keptInFloat) {
      if (prepared.graph().producerOf(output).isEmpty()) {
        throw new NotQuantizable(
            "output '%s' to keep in float: of no node of the prepared model".formatted(output),
            "Name nodes by their first output after Preparation.prepare.");
      }
    }
  }
}
