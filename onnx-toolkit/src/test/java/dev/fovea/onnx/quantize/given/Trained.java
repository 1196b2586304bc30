package dev.fovea.onnx.quantize.given;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small network as training with quantisation leaves it: a convolution with weights in float
 * behind a pair, their scale a {@code Constant} node as PyTorch writes it; a pool; a {@code Gemm}
 * with weights in integers and a bias in 32 bits; a softmax without a pair. Nodes and constants are
 * replaced by name.
 */
final class Trained {
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private long opset = 17;

  Trained() {
    var chance = new Random(3);
    var weights = new float[4 * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) chance.nextGaussian();
    }
    // Ties and values beyond the integers.
    weights[0] = 0.125f;
    weights[1] = 0.375f;
    weights[2] = 1e9f;
    weights[3] = -1e9f;
    constant(Tensor.ofFloats("w", List.of(4L, 1L, 3L, 3L), weights));
    constant(Tensor.ofBytes("w_zero", DataType.INT8, List.of(4L), new byte[4]));
    constant(Tensor.ofFloats("b", List.of(4L), 0.1f, -0.2f, 0.3f, 0));
    constant(Tensor.scalar("x_scale", 0.02f));
    constant(Tensor.ofBytes("x_zero", DataType.UINT8, List.of(), (byte) 128));
    constant(Tensor.scalar("r_scale", 0.05f));
    constant(Tensor.ofBytes("r_zero", DataType.UINT8, List.of(), (byte) 0));
    var integers = new byte[2 * 16];
    chance.nextBytes(integers);
    constant(Tensor.ofBytes("g_integers", DataType.INT8, List.of(2L, 16L), integers));
    constant(Tensor.ofFloats("g_scale", List.of(2L), 0.01f, 0.02f));
    constant(Tensor.ofBytes("g_zero", DataType.INT8, List.of(2L), new byte[2]));
    constant(Tensor.ofInts("gb_integers", List.of(2L), 100, -100));
    constant(Tensor.ofFloats("gb_scale", List.of(2L), 0.05f * 0.01f, 0.05f * 0.02f));
    constant(Tensor.ofInts("gb_zero", List.of(2L), 0, 0));

    node("x_q", "QuantizeLinear", List.of("x", "x_scale", "x_zero"), "x_i");
    node("x_dq", "DequantizeLinear", List.of("x_i", "x_scale", "x_zero"), "x_f");
    var scale = Tensor.ofFloats("", List.of(4L), 0.25f, 0.03f, 0.02f, 0.01f);
    node(
        Node.of("w_s", "Constant", List.of(), List.of("w_scale"))
            .with("value", Attribute.of(scale)));
    node(along(0, "w_q", "QuantizeLinear", List.of("w", "w_scale", "w_zero"), "w_i"));
    node(along(0, "w_dq", "DequantizeLinear", List.of("w_i", "w_scale", "w_zero"), "w_f"));
    node("conv", "Conv", List.of("x_f", "w_f", "b"), "c");
    node("relu", "Relu", List.of("c"), "r");
    node("r_q", "QuantizeLinear", List.of("r", "r_scale", "r_zero"), "r_i");
    node("r_dq", "DequantizeLinear", List.of("r_i", "r_scale", "r_zero"), "r_f");
    node(
        Node.of("pool", "MaxPool", List.of("r_f"), List.of("p"))
            .with("kernel_shape", new Attribute.IntsAttribute(List.of(2L, 2L)))
            .with("strides", new Attribute.IntsAttribute(List.of(2L, 2L))));
    node("flat", "Flatten", List.of("p"), "f");
    node(along(0, "g_dq", "DequantizeLinear", List.of("g_integers", "g_scale", "g_zero"), "g_f"));
    node(
        along(
            0, "gb_dq", "DequantizeLinear", List.of("gb_integers", "gb_scale", "gb_zero"), "gb_f"));
    node(
        Node.of("gemm", "Gemm", List.of("f", "g_f", "gb_f"), List.of("l"))
            .with("transB", Attribute.of(1)));
    node("softmax", "Softmax", List.of("l"), "y");
  }

  Trained constant(Tensor tensor) {
    constants.put(tensor.name(), tensor);
    return this;
  }

  Trained node(Node node) {
    nodes.put(node.name(), node);
    return this;
  }

  Trained node(String name, String opType, List<String> inputs, String output) {
    return node(Node.of(name, opType, inputs, List.of(output)));
  }

  /** Adds a node before another. */
  Trained before(String name, Node added) {
    var all = new LinkedHashMap<>(nodes);
    nodes.clear();
    all.forEach((each, node) -> {
      if (each.equals(name)) {
        nodes.put(added.name(), added);
      }
      nodes.put(each, node);
    });
    return this;
  }

  Trained without(String name) {
    nodes.remove(name);
    return this;
  }

  Trained opset(long version) {
    opset = version;
    return this;
  }

  Node at(String name) {
    return nodes.get(name);
  }

  OnnxModel model() {
    var graph =
        new Graph(
            "trained",
            List.copyOf(nodes.values()),
            List.copyOf(constants.values()),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 1, 6, 6)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 2)),
            List.of(ValueInfo.fixed("w_i", DataType.INT8, 4, 1, 3, 3)));
    return new OnnxModel(9, Map.of("", opset), "test", graph, Map.of());
  }

  static Node along(long axis, String name, String opType, List<String> inputs, String output) {
    return Node.of(name, opType, inputs, List.of(output)).with("axis", Attribute.of(axis));
  }
}
