package dev.fovea.onnx.quantize.prepare;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the channels between two convolutions to like ranges, so that 8 bits do for all of them
 * (Nagel, van Baalen, Blankevoort and Welling 2019, "Data-Free Quantization Through Weight
 * Equalization and Bias Correction", section 4.1). What one convolution divides a channel by, the
 * next multiplies it with; between them may stand what scales with its input: {@code Relu}, {@code
 * LeakyRelu} and pooling.
 *
 * <p>The paper's factor is the root of the ratio of the channel's weights in both. Here it is the
 * nearest power of two: products and sums of floats are then the same to the bit, and the two
 * ranges end within a factor of two.
 */
public final class Equalisation {
  private static final Set<String> HOMOGENEOUS =
      Set.of("AveragePool", "GlobalAveragePool", "LeakyRelu", "MaxPool", "Relu");

  /** Chains settle in a few; a bound keeps a strange model from going on for ever. */
  private static final int SWEEPS = 20;

  private static final int LARGEST_EXPONENT = 24;

  /** Two convolutions and the weights that they have, by name. */
  private record Pair(String weights, String bias, String next, int groups) {}

  private final Graph graph;
  private final TensorUses uses;
  private final FreshNames names;
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<Node> nodes;
  private final Map<String, float[]> values = new HashMap<>();

  private Equalisation(Graph graph) {
    this.graph = graph;
    uses = new TensorUses(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
    graph.initializers().forEach(each -> initializers.put(each.name(), each));
    nodes = new ArrayList<>(graph.nodes());
  }

  /**
   * The model in its form after {@link Preparation}, equalised; it computes the same. Calibrate and
   * quantise what this gives. Equalising twice changes nothing more.
   */
  public static OnnxModel equalise(OnnxModel model) {
    var prepared = Preparation.prepare(model);
    return prepared.withGraph(new Equalisation(prepared.graph()).equalised());
  }

  private Graph equalised() {
    var pairs = pairs();
    boolean changed = true;
    for (int sweep = 0; changed && sweep < SWEEPS; sweep++) {
      changed = false;
      for (var pair : pairs) {
        changed |= equalise(pair);
      }
    }
    values.forEach((name, floats) ->
        initializers.computeIfPresent(
            name, (_, old) -> Tensor.ofFloats(name, old.shape(), floats)));
    return TensorUses.withoutUnusedInitializers(
        graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values())));
  }

  private List<Pair> pairs() {
    Map<String, Integer> readers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      readers.put(Preparation.input(nodes.get(i), 0), i);
    }
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < nodes.size(); i++) {
      var next = isEqualisable(nodes.get(i)) ? next(i, readers) : Optional.<Integer>empty();
      if (next.isPresent()) {
        own(i);
        own(next.get());
        pairs.add(pair(nodes.get(i), nodes.get(next.get())));
      }
    }
    return pairs;
  }

  /** The convolution that alone reads, by way of homogeneous operators, what this one gives. */
  private Optional<Integer> next(int convolution, Map<String, Integer> readers) {
    int channels = channels(nodes.get(convolution));
    var tensor = Preparation.output(nodes.get(convolution));
    while (uses.of(tensor) == 1 && !uses.isOutput(tensor) && !uses.isNested(tensor)) {
      var reader = readers.get(tensor);
      if (reader == null) {
        return Optional.empty();
      }
      var node = nodes.get(reader);
      if (isEqualisable(node)) {
        long groups = node.intAttribute("group").orElse(1);
        long inputs = weights(node).shape().get(1) * groups;
        boolean whole = groups > 0 && weights(node).shape().getFirst() % groups == 0;
        return inputs == channels && whole ? Optional.of(reader) : Optional.empty();
      }
      if (!node.domain().isEmpty()
          || !HOMOGENEOUS.contains(node.opType())
          || node.outputs().size() != 1) {
        return Optional.empty();
      }
      tensor = Preparation.output(node);
    }
    return Optional.empty();
  }

  /** A convolution with constant weights and a constant bias or none. */
  private boolean isEqualisable(Node node) {
    if (!Preparation.is(node, "Conv") || !isFloats(Preparation.input(node, 1))) {
      return false;
    }
    var bias = Preparation.input(node, 2);
    return weights(node).shape().size() >= 2
        && (bias.isEmpty() || (isFloats(bias) && tensor(bias).elements() == channels(node)));
  }

  private boolean isFloats(String name) {
    return Optional.ofNullable(initializers.get(name))
        .filter(each -> each.type() == DataType.FLOAT && each.elements() > 0)
        .isPresent();
  }

  private Tensor weights(Node convolution) {
    return tensor(convolution.inputs().get(1));
  }

  private int channels(Node convolution) {
    return Math.toIntExact(weights(convolution).shape().getFirst());
  }

  /** Gives a convolution constants that no other node reads. */
  private void own(int at) {
    var node = nodes.get(at);
    var inputs = new ArrayList<>(node.inputs());
    for (int i = 1; i < inputs.size(); i++) {
      var name = inputs.get(i);
      var constant = initializers.get(name);
      if (constant != null && uses.of(name) > 1) {
        var copy = names.take(name + "_equalised");
        initializers.put(copy, constant.named(copy));
        inputs.set(i, copy);
      }
    }
    nodes.set(at, node.withInputs(inputs));
  }

  private static Pair pair(Node first, Node second) {
    return new Pair(
        first.inputs().get(1),
        Preparation.input(first, 2),
        second.inputs().get(1),
        Math.toIntExact(second.intAttribute("group").orElse(1)));
  }

  /** Whether a channel changed. */
  private boolean equalise(Pair pair) {
    var weights = floats(pair.weights());
    var bias = pair.bias().isEmpty() ? new float[0] : floats(pair.bias());
    int channels = Math.toIntExact(shape(pair.weights()).getFirst());
    int inner = weights.length / channels;
    boolean changed = false;
    for (int channel = 0; channel < channels; channel++) {
      var before = new Blocks(weights, channel * inner, inner, inner, 1);
      var after = reading(pair, channel);
      int exponent = exponent(before.largest(), after.largest());
      if (exponent != 0
          && (bias.length == 0 || Float.isFinite(Math.scalb(bias[channel], -exponent)))) {
        before.scale(-exponent);
        after.scale(exponent);
        if (bias.length > 0) {
          bias[channel] = Math.scalb(bias[channel], -exponent);
        }
        changed = true;
      }
    }
    return changed;
  }

  /** Those weights of the second convolution that a channel is multiplied with. */
  private Blocks reading(Pair pair, int channel) {
    var next = floats(pair.next());
    int outputs = Math.toIntExact(shape(pair.next()).getFirst()) / pair.groups();
    int inputs = Math.toIntExact(shape(pair.next()).get(1));
    int kernel = next.length / outputs / pair.groups() / inputs;
    int group = channel / inputs;
    int from = (group * outputs * inputs + channel % inputs) * kernel;
    return new Blocks(next, from, kernel, inputs * kernel, outputs);
  }

  /** Half the power of two that lies between two ranges; 0 where one of them is empty. */
  private static int exponent(float before, float after) {
    double halfway = Math.log((double) before / after) / Math.log(2) / 2;
    return before > 0 && after > 0 && Double.isFinite(halfway)
        ? (int) Math.clamp(Math.rint(halfway), -LARGEST_EXPONENT, LARGEST_EXPONENT)
        : 0;
  }

  private float[] floats(String name) {
    return values.computeIfAbsent(name, _ -> tensor(name).floats());
  }

  private List<Long> shape(String name) {
    return tensor(name).shape();
  }

  private Tensor tensor(String name) {
    return requireNonNull(initializers.get(name));
  }

  /** Runs of elements that lie apart equally. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Blocks(float[] values, int from, int length, int apart, int count) {
    float largest() {
      float largest = 0;
      for (int block = 0; block < count; block++) {
        for (int i = from + block * apart; i < from + block * apart + length; i++) {
          largest = Math.max(largest, Math.abs(values[i]));
        }
      }
      return largest;
    }

    void scale(int exponent) {
      for (int block = 0; block < count; block++) {
        for (int i = from + block * apart; i < from + block * apart + length; i++) {
          values[i] = Math.scalb(values[i], exponent);
        }
      }
    }
  }
}
