package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Grows networks whose channels depend on each other in every way that is followed: sums, joins,
 * depthwise and grouped convolutions, gates of squeeze and excitation, numbers a channel,
 * flattening of pooled and of unpooled tensors. What they compute is 0 where a channel is all 0.
 */
public final class Prunable {
  public static final int SIDE = 8;

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> weights = new ArrayList<>();
  private final List<ValueInfo> declared = new ArrayList<>();
  private String last = "x";
  private int channels = 3;
  private int side = SIDE;
  private int made;

  private Prunable(long seed) {
    random = new Random(seed);
  }

  /** Input {@code x} of 1x3x8x8, output {@code y} of 1x5. */
  public static OnnxModel of(long seed) {
    var model = new Prunable(seed);
    model.convolve(6 + model.random.nextInt(6));
    int blocks = 2 + model.random.nextInt(6);
    for (int block = 0; block < blocks; block++) {
      model.grow();
    }
    return model.finished();
  }

  private void grow() {
    var before = last;
    int width = channels;
    switch (random.nextInt(9)) {
      case 0 -> convolve(4 + random.nextInt(9));
      case 1 -> {
        convolve(width);
        last = node(random.nextBoolean() ? "Add" : "Sub", last, before);
      }
      case 2 -> {
        convolve(5);
        last = joined(before, last);
        channels = width + 5;
      }
      case 3 -> depthwise(channels > 16 ? 1 : 1 + random.nextInt(2));
      case 4 -> {
        var pooled = node("GlobalAveragePool", last);
        last = pooled;
        product(width, 1, false);
        last = node("Mul", before, node("Sigmoid", last));
      }
      case 5 -> last = node("Mul", last, node("Sigmoid", last));
      case 6 -> last = node("Mul", last, weight(1, 1, channels, 1, 1));
      case 7 -> {
        // A sum of a join and of one layer couples channels of three layers.
        convolve(4);
        var left = last;
        last = before;
        channels = width;
        convolve(3);
        var both = joined(left, last);
        last = before;
        channels = width;
        convolve(7);
        last = node("Add", both, last);
      }
      default -> pool();
    }
    if (random.nextInt(3) > 0) {
      last = node(List.of("Relu", "HardSwish", "LeakyRelu").get(random.nextInt(3)), last);
    }
  }

  private String joined(String one, String other) {
    return node(
        Node.of("", "Concat", List.of(one, other), List.of())
            .with("axis", Attribute.of(random.nextBoolean() ? 1 : -3)));
  }

  private void pool() {
    if (side == SIDE) {
      last =
          node(
              Node.of("", "MaxPool", List.of(last), List.of())
                  .with("kernel_shape", Attribute.ints(2, 2))
                  .with("strides", Attribute.ints(2, 2)));
      side /= 2;
    }
  }

  private void convolve(int outputs) {
    product(outputs, 3, random.nextBoolean());
  }

  private void product(int outputs, int kernel, boolean normalised) {
    var inputs = new ArrayList<>(List.of(last, weight(0.3, outputs, channels, kernel, kernel)));
    if (random.nextBoolean()) {
      inputs.add(weight(0.5, outputs));
    }
    long pad = kernel / 2;
    channels = outputs;
    last =
        node(
            Node.of("", "Conv", inputs, List.of())
                .with("pads", Attribute.ints(pad, pad, pad, pad)));
    if (normalised) {
      var variance = new float[outputs];
      for (int i = 0; i < outputs; i++) {
        variance[i] = 0.5f + random.nextFloat();
      }
      var name = "v" + made++;
      weights.add(Tensor.ofFloats(name, List.of((long) outputs), variance));
      last =
          node(
              "BatchNormalization",
              last,
              weight(1, outputs),
              weight(0.5, outputs),
              weight(0.5, outputs),
              name);
    }
  }

  private void depthwise(int times) {
    var inputs = new ArrayList<>(List.of(last, weight(0.3, (long) times * channels, 1, 3, 3)));
    if (random.nextBoolean()) {
      inputs.add(weight(0.5, (long) times * channels));
    }
    last =
        node(
            Node.of("", "Conv", inputs, List.of())
                .with("group", Attribute.of(channels))
                .with("pads", Attribute.ints(1, 1, 1, 1)));
    channels *= times;
  }

  private OnnxModel finished() {
    int features = channels;
    if (random.nextBoolean()) {
      last = node("GlobalAveragePool", last);
      last =
          random.nextBoolean()
              ? node(Node.of("", "Flatten", List.of(last), List.of()))
              : node("Reshape", last, sizes(-1, features));
    } else {
      features *= side * side;
      switch (random.nextInt(3)) {
        case 0 -> last = node(Node.of("", "Flatten", List.of(last), List.of()));
        case 1 -> last = node("Reshape", last, sizes(1, -1));
        default -> {
          declared.add(ValueInfo.fixed(last, DataType.FLOAT, 1, channels, side, side));
          last = node("Reshape", last, sizes(-1, features));
        }
      }
    }
    boolean turned = random.nextBoolean();
    last =
        node(
            Node.of(
                    "",
                    "Gemm",
                    List.of(
                        last,
                        turned ? weight(0.1, 9, features) : weight(0.1, features, 9),
                        weight(0.5, 9)),
                    List.of())
                .with("transB", Attribute.of(turned ? 1 : 0)));
    last = node("Relu", last);
    var output = node("MatMul", last, weight(0.3, 9, 5));
    nodes.add(Node.of("", "Add", List.of(output, weight(1, 5)), List.of("y")));
    return Models.of(
        new Graph(
            "prunable",
            nodes,
            weights,
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, SIDE, SIDE)),
            List.of(
                new ValueInfo(
                    "y", DataType.FLOAT, List.of(Dimension.fixed(1), Dimension.fixed(5)))),
            declared));
  }

  private String sizes(long rows, long features) {
    var name = "s" + made++;
    weights.add(Tensor.ofLongs(name, List.of(2L), rows, features));
    return name;
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
