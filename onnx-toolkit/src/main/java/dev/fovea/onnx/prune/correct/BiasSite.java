package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.calibrate.ChannelSums.Axis;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.OutputBias;
import java.util.Map;

/**
 * A product with weights: its bias takes the mean, its weights the deviation, {@code W' = W / r}
 * and {@code b' = (b - m) / r + M}, with the mean {@code m}, the expected one {@code M} and the
 * ratio of the deviations {@code r}.
 *
 * @param scales whether nobody else reads the weights
 */
record BiasSite(OutputBias bias, boolean scales) implements Site {
  @Override
  public String tensor() {
    return bias.output();
  }

  @Override
  public Axis axis() {
    return Axis.of(bias.product());
  }

  @Override
  public int channels() {
    return bias.channels();
  }

  @Override
  public String output() {
    return bias.output();
  }

  @Override
  public Graph corrected(Graph graph, Shift shift) {
    var constants = new Constants(graph);
    var values = bias.values(constants);
    for (int i = 0; i < values.length; i++) {
      double ratio = shift.ratios()[i];
      double moved = shift.expected()[i] - shift.measured()[i] / ratio;
      values[i] = Site.finite(values[i] / ratio + moved, "bias of '%s'".formatted(output()), i);
    }
    var scaled =
        shift.scales()
            ? graph.replacing(
                scaled(constants.load(bias.product().inputs().get(1)), shift.ratios()))
            : graph;
    return OutputBias.written(scaled, Map.of(bias, values));
  }

  private Tensor scaled(Tensor weights, double[] ratios) {
    var values = weights.floats();
    int inner = 1;
    for (long size : weights.shape().subList(bias.axis() + 1, weights.shape().size())) {
      inner *= (int) size;
    }
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % ratios.length;
      values[i] =
          Site.finite(values[i] / ratios[channel], "weight of '%s'".formatted(output()), channel);
    }
    return Tensor.ofFloats(weights.name(), weights.shape(), values);
  }
}
