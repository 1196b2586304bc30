package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.prune.NotPrunable;
import dev.fovea.onnx.quantize.calibrate.ChannelSums.Axis;

/** A node whose constants shift and scale each channel of a tensor. */
sealed interface Site permits BiasSite, NormalisationSite {
  /** The tensor whose channels are measured. */
  String tensor();

  /** Where that tensor has its channels. */
  Axis axis();

  int channels();

  /** The tensor that the constants are in. */
  String output();

  /** Whether deviations can be changed, not means alone. */
  boolean scales();

  /** The graph with other constants there, which undo a shift. */
  Graph corrected(Graph graph, Shift shift);

  /** A constant in 32 bits. */
  static float finite(double value, String what, int channel) {
    float rounded = (float) value;
    if (!Float.isFinite(rounded)) {
      throw new NotPrunable(
          "corrected %s: %s at channel %d (expected: finite)".formatted(what, rounded, channel),
          "Look for activations that exceed 32 bits; the pruned model cannot be corrected.");
    }
    return rounded;
  }
}
