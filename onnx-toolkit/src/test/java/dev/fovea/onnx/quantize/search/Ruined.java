package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.session.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small classifier in which INT8 ruins one place, known beforehand, and nothing else. */
final class Ruined {
  private static final int CHANNELS = 8;
  private static final float LOUD = 3_000;

  private final Random random;
  private final List<Tensor> weights = new ArrayList<>();

  private Ruined(long seed) {
    random = new Random(seed);
  }

  /**
   * Five convolutions. The first channel of {@code c2} is thousands of times louder than the
   * others, and {@code c3} reads it so much more softly: in float that changes nothing, in 8 bits
   * the other channels of {@code c2} are all zero.
   */
  static OnnxModel byActivations(long seed) {
    var ruined = new Ruined(seed);
    var nodes = ruined.layers();
    ruined.scale("w2", 0, LOUD, true);
    ruined.scale("w3", 0, 1 / LOUD, false);
    return ruined.model(nodes);
  }

  /** {@code c3} has a weight for a channel that is always silent, larger than all others. */
  static OnnxModel byWeights(long seed) {
    var ruined = new Ruined(seed);
    var nodes = ruined.layers();
    ruined.scale("w2", 0, 0, true);
    ruined.scale("w3", 0, LOUD, false);
    return ruined.model(nodes);
  }

  static OnnxModel sound(long seed) {
    var ruined = new Ruined(seed);
    return ruined.model(ruined.layers());
  }

  static List<Map<String, FloatTensor>> inputs(long seed, int count) {
    var random = new Random(seed);
    var inputs = new ArrayList<Map<String, FloatTensor>>();
    for (int i = 0; i < count; i++) {
      var data = new float[3 * 8 * 8];
      // Images of one brightness each, so that their classes differ.
      var levels = new float[] {random.nextFloat(), random.nextFloat(), random.nextFloat()};
      for (int p = 0; p < data.length; p++) {
        data[p] = levels[p / 64] + 0.2f * (float) random.nextGaussian();
      }
      inputs.add(Map.of("x", FloatTensor.of(data, 1, 3, 8, 8)));
    }
    return inputs;
  }

  private List<Node> layers() {
    var nodes = new ArrayList<Node>();
    var last = "x";
    for (int i = 1; i <= 5; i++) {
      weights.add(tensor("w" + i, CHANNELS, i == 1 ? 3 : CHANNELS, 3, 3));
      nodes.add(
          Node.of("conv" + i, "Conv", List.of(last, "w" + i), List.of("c" + i))
              .with("pads", Attribute.ints(1, 1, 1, 1)));
      nodes.add(Node.of("relu" + i, "Relu", List.of("c" + i), List.of("r" + i)));
      last = "r" + i;
    }
    weights.add(tensor("wy", 4, CHANNELS));
    nodes.add(Node.of("pool", "GlobalAveragePool", List.of(last), List.of("p")));
    nodes.add(Node.of("flat", "Flatten", List.of("p"), List.of("f")));
    nodes.add(
        Node.of("head", "Gemm", List.of("f", "wy"), List.of("y")).with("transB", Attribute.of(1)));
    return nodes;
  }

  private OnnxModel model(List<Node> nodes) {
    return Models.of(
        new Graph(
            "ruined",
            nodes,
            weights,
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, 8, 8)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 4)),
            List.of()));
  }

  private Tensor tensor(String name, long... shape) {
    int elements = 1;
    int inputs = 1;
    var sizes = new ArrayList<Long>();
    for (int i = 0; i < shape.length; i++) {
      elements *= (int) shape[i];
      inputs *= i == 0 ? 1 : (int) shape[i];
      sizes.add(shape[i]);
    }
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / inputs));
    }
    return Tensor.ofFloats(name, sizes, values);
  }

  /** Scales the weights of one channel that goes out, or comes in. */
  private void scale(String name, int channel, float factor, boolean out) {
    for (int at = 0; at < weights.size(); at++) {
      var tensor = weights.get(at);
      if (tensor.name().equals(name)) {
        var values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
          int place = out ? i / (CHANNELS * 9) : i / 9 % CHANNELS;
          values[i] *= place == channel ? factor : 1;
        }
        weights.set(at, Tensor.ofFloats(name, tensor.shape(), values));
      }
    }
  }
}
