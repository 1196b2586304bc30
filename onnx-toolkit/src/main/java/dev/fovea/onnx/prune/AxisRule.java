package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Attribute.FloatsAttribute;
import dev.fovea.onnx.graph.Attribute.StringAttribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which operators with one input leave every channel where it stands, and do to each what they
 * would do without the others.
 */
final class AxisRule {
  /** Those that do the same at every place. */
  private static final Set<String> BY_PLACE =
      Set.of(
          "Abs",
          "Cast",
          "Ceil",
          "Celu",
          "Clip",
          "Cos",
          "Dropout",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LeakyRelu",
          "Log",
          "Mish",
          "Neg",
          "Reciprocal",
          "Relu",
          "Round",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Tanh",
          "ThresholdedRelu");

  private final Constants constants;
  private final Map<String, ValueInfo> declared = new HashMap<>();
  private final long batch;

  AxisRule(Graph graph, Constants constants) {
    this.constants = constants;
    graph.valueInfos().forEach(each -> declared.put(each.name(), each));
    batch = batch(graph);
  }

  /** What the output has along axis 1, if that is what the input has there, flattened at most. */
  Optional<Layout> output(Node node, Layout input) {
    int rank = input.rank();
    return switch (node.opType()) {
      case "Flatten" ->
          when(axis(node.intAttribute("axis").orElse(1), rank) == 1, input.in(2, false));
      case "Reshape" -> when(isFlattening(node, input), input.in(2, false));
      case "Squeeze" -> axes(node, rank).map(axes -> input.in(rank - axes.size(), input.isPoint()));
      case "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum" ->
          axes(node, rank)
              .map(axes ->
                  input.in(
                      node.intAttribute("keepdims").orElse(1) == 0 ? rank - axes.size() : rank,
                      axes.size() == rank - 2));
      case "GlobalAveragePool", "GlobalMaxPool" -> when(rank > 2, input.in(rank, true));
      case "AveragePool", "LpPool", "MaxPool" -> when(rank > 2, input.in(rank, false));
      case "Resize" -> when(isSpatial(node, rank, 2), input.in(rank, false));
      case "Upsample" -> when(isSpatial(node, rank, 1), input.in(rank, false));
      default -> when(BY_PLACE.contains(node.opType()), input);
    };
  }

  /** The two sizes that a reshaping names. */
  private Optional<Tensor> shape(Node node) {
    return constants
        .find(Preparation.input(node, 1))
        .filter(each -> each.type() == DataType.INT64 && each.shape().equals(List.of(2L)));
  }

  /** The number of features that a reshaping names; empty where it names none. */
  Optional<Long> features(Node node) {
    return Preparation.is(node, "Reshape")
        ? shape(node).map(each -> each.longs()[1]).filter(each -> each > 0)
        : Optional.empty();
  }

  /** Whether all that belongs to an example becomes its row: two sizes alone do not say that. */
  private boolean isFlattening(Node node, Layout input) {
    var shape = shape(node);
    if (shape.isEmpty() || node.intAttribute("allowzero").orElse(0) != 0) {
      return false;
    }
    long rows = shape.get().longs()[0];
    long features = shape.get().longs()[1];
    return (features == -1 || (features > 0 && features % input.size() == 0))
        && (rows == 0
            || (rows > 0 && rows == batch)
            || (features > 0 && features == features(Preparation.input(node, 0), input)));
  }

  /** How many numbers an example has in a tensor; 0 where that is not known. */
  private long features(String tensor, Layout layout) {
    if (layout.isPoint()) {
      return layout.size();
    }
    var info = declared.get(tensor);
    if (info == null
        || info.shape().size() != layout.rank()
        || !info.shape().get(1).equals(Dimension.fixed(layout.size()))) {
      return 0;
    }
    long features = 1;
    for (var dimension : info.shape().subList(1, layout.rank())) {
      long size = dimension instanceof Dimension.Fixed(long fixed) ? fixed : 0;
      features = size == 0 || features > Integer.MAX_VALUE / size ? 0 : features * size;
    }
    return features;
  }

  /** How many examples are fed together; 0 where that is open. */
  private static long batch(Graph graph) {
    var sizes = new HashSet<Long>();
    for (var input : graph.inputs()) {
      sizes.add(
          !input.shape().isEmpty() && input.shape().getFirst() instanceof Dimension.Fixed(long size)
              ? size
              : 0L);
    }
    return sizes.size() == 1 ? sizes.iterator().next() : 0;
  }

  /** Axes behind that of the channels, given as an attribute or as a constant. */
  private Optional<Set<Integer>> axes(Node node, int rank) {
    var given =
        node.intsAttribute("axes")
            .or(() ->
                constants
                    .find(Preparation.input(node, 1))
                    .filter(each -> each.type() == DataType.INT64)
                    .map(each -> Arrays.stream(each.longs()).boxed().toList()));
    if (given.isEmpty() || given.get().isEmpty() || given.get().size() > rank) {
      return Optional.empty();
    }
    var axes = new HashSet<Integer>();
    for (long each : given.get()) {
      int axis = axis(each, rank);
      if (axis < 2 || !axes.add(axis)) {
        return Optional.empty();
      }
    }
    return Optional.of(axes);
  }

  /** Whether a scaling by constants leaves the first two axes as they are. */
  private boolean isSpatial(Node node, int rank, int at) {
    var scales = scales(node, at);
    boolean crops =
        node.attribute("coordinate_transformation_mode").orElse(null)
                instanceof StringAttribute(String mode)
            && mode.equals("tf_crop_and_resize");
    return scales != null
        && scales.length == rank
        && scales[0] == 1
        && scales[1] == 1
        && !crops
        && node.attribute("axes").isEmpty()
        && Preparation.input(node, 3).isEmpty();
  }

  private float @Nullable [] scales(Node node, int at) {
    if (node.attribute("scales").orElse(null) instanceof FloatsAttribute(List<Float> values)) {
      var floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = values.get(i);
      }
      return floats;
    }
    return constants.findFloats(Preparation.input(node, at)).map(Tensor::floats).orElse(null);
  }

  /** An axis counted from the front; -1 where there is none. */
  static int axis(long given, int rank) {
    long axis = given < 0 ? given + rank : given;
    return axis >= 0 && axis < rank ? (int) axis : -1;
  }

  private static Optional<Layout> when(boolean holds, Layout layout) {
    return holds ? Optional.of(layout) : Optional.empty();
  }
}
