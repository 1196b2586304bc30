package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Grows a network of blocks that vision models are made of, from a seed. */
public final class RandomModel {
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> weights = new ArrayList<>();
  private String last = "x";
  private int channels = 3;
  private int made;

  private RandomModel(long seed) {
    random = new Random(seed);
  }

  /** Input {@code x} of 1x3x16x16, output {@code y} of 1x4. */
  public static OnnxModel of(long seed) {
    var model = new RandomModel(seed);
    model.last = model.convolution(model.last, 8, model.random.nextBoolean());
    int blocks = 1 + model.random.nextInt(5);
    for (int block = 0; block < blocks; block++) {
      model.grow();
    }
    return model.finished();
  }

  private void grow() {
    switch (random.nextInt(7)) {
      case 0 -> last = activation(convolution(last, 4 + 4 * random.nextInt(3), true));
      case 1 -> last = activation(convolution(last, channels, false));
      case 2 -> {
        var branch = activation(convolution(last, channels, random.nextBoolean()));
        last = activation(node("Add", branch, last));
      }
      case 3 -> {
        int before = channels;
        var side = activation(convolution(last, 4, false));
        last =
            node(
                Node.of("", "Concat", List.of(last, side), List.of())
                    .with("axis", Attribute.of(1)));
        channels = before + 4;
      }
      case 4 -> last = node("Mul", last, node("Sigmoid", last));
      case 5 -> last = pool("MaxPool");
      default -> last = pool("AveragePool");
    }
  }

  private OnnxModel finished() {
    var pooled = node("GlobalAveragePool", last);
    var flat = node(Node.of("", "Flatten", List.of(pooled), List.of()));
    var inputs = List.of(flat, weight(0.5, 4, channels), weight(1, 4));
    nodes.add(Node.of("", "Gemm", inputs, List.of("y")).with("transB", Attribute.of(1)));
    return Models.of(
        new Graph(
            "random",
            nodes,
            weights,
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, 16, 16)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 4)),
            List.of()));
  }

  private String convolution(String input, int outputs, boolean normalised) {
    var inputs = new ArrayList<>(List.of(input, weight(0.25, outputs, channels, 3, 3)));
    if (random.nextBoolean()) {
      inputs.add(weight(0.5, outputs));
    }
    channels = outputs;
    var made =
        node(Node.of("", "Conv", inputs, List.of()).with("pads", Attribute.ints(1, 1, 1, 1)));
    if (!normalised) {
      return made;
    }
    var variance = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      variance[i] = 0.5f + random.nextFloat();
    }
    var name = "v" + this.made++;
    weights.add(Tensor.ofFloats(name, List.of((long) outputs), variance));
    return node(
        "BatchNormalization",
        made,
        weight(1, outputs),
        weight(0.5, outputs),
        weight(0.5, outputs),
        name);
  }

  private String activation(String input) {
    return random.nextInt(4) == 0 ? input : node("Relu", input);
  }

  private String pool(String opType) {
    return node(
        Node.of("", opType, List.of(last), List.of())
            .with("kernel_shape", Attribute.ints(3, 3))
            .with("pads", Attribute.ints(1, 1, 1, 1)));
  }

  private String node(String opType, String... inputs) {
    return node(Node.of("", opType, List.of(inputs), List.of()));
  }

  private String node(Node node) {
    var output = "t" + made++;
    nodes.add(node.withOutputs(List.of(output)));
    return output;
  }

  private String weight(double deviation, long... shape) {
    int elements = 1;
    var sizes = new ArrayList<Long>();
    for (long size : shape) {
      elements *= (int) size;
      sizes.add(size);
    }
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    var name = "w" + made++;
    weights.add(Tensor.ofFloats(name, sizes, values));
    return name;
  }
}
