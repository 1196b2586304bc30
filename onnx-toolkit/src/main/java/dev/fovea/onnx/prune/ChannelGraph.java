package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which channels depend on each other, followed from each filter to where its channel is read
 * (dependency groups: Fang, Ma, Song, Mi and Wang 2023, "DepGraph: Towards Any Structural Pruning";
 * here channel by channel, so that what is joined along the channels keeps its parts apart). What
 * an operator does that is not known here holds the channels that it reads.
 */
final class ChannelGraph {
  private static final Set<String> ELEMENTWISE =
      Set.of("Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum", "Pow", "PRelu");

  /** Scale, shift, mean and variance. */
  private static final int NORMALISING = 4;

  /** Tensors that are joined with themselves again and again would grow without bound. */
  private static final int MOST_PLACES = 1 << 22;

  private final Graph graph;
  private final Constants constants;
  private final TensorUses uses;
  private final OwnWeights own;
  private final AxisRule axes;
  private final Map<String, Layout> layouts = new HashMap<>();
  private int places;

  final ChannelSets sets = new ChannelSets();
  final List<Cut> cuts = new ArrayList<>();
  final List<Producer> producers = new ArrayList<>();

  /** By the place of each depthwise convolution, the channels that are its groups. */
  final Map<Integer, int[]> groups = new LinkedHashMap<>();

  /** By the place of each reshaping that names a number of features, the channels that they are. */
  final Map<Integer, int[]> reshaped = new LinkedHashMap<>();

  final List<Left> left = new ArrayList<>();

  /**
   * Follows them.
   *
   * @throws NotPrunable where the nodes are in no order, as in a cycle, a tensor is defined twice,
   *     or weights are not finite
   */
  ChannelGraph(Graph graph) {
    this.graph = graph;
    constants = new Constants(graph);
    uses = new TensorUses(graph);
    own = new OwnWeights(constants, uses);
    axes = new AxisRule(graph, constants);
    requireOrder();
    graph
        .inputs()
        .forEach(input -> {
          if (input.shape().size() > 2
              && input.shape().get(1) instanceof Dimension.Fixed(long size)
              && size > 0
              && size <= MOST_PLACES - places) {
            places += (int) size;
            var layout = Layout.of(sets.fresh((int) size), input.shape().size());
            sets.hold(layout.channels(), "the model is fed with them");
            layouts.put(input.name(), layout);
          }
        });
    for (int i = 0; i < graph.nodes().size(); i++) {
      visit(i, graph.nodes().get(i));
    }
    layouts.forEach((tensor, layout) -> {
      if (uses.isOutput(tensor)) {
        sets.hold(layout.channels(), "they are the model's output '%s'".formatted(tensor));
      } else if (uses.isNested(tensor)) {
        sets.hold(layout.channels(), "a subgraph reads '%s'".formatted(tensor));
      }
    });
  }

  /** The channels along axis 1 of each tensor where they are known. */
  Map<String, Layout> layouts() {
    return layouts;
  }

  private void requireOrder() {
    var defined = new HashSet<String>();
    defined.add("");
    graph.inputs().forEach(each -> defined.add(each.name()));
    graph.initializers().forEach(each -> defined.add(each.name()));
    for (var node : graph.nodes()) {
      for (var input : node.inputs()) {
        if (!defined.contains(input)) {
          throw new NotPrunable(
              "%s reads tensor '%s' before it is defined (expected: nodes in order, without a cycle)"
                  .formatted(Filters.words(node), input),
              "Write the model's nodes in the order in which they compute.");
        }
      }
      for (var output : node.outputs()) {
        if (!output.isEmpty() && !defined.add(output)) {
          throw new NotPrunable(
              "%s defines tensor '%s', which is there already (expected: each once)"
                  .formatted(Filters.words(node), output),
              "Give every tensor of the model a name of its own.");
        }
      }
    }
  }

  private void visit(int at, Node node) {
    boolean nested =
        node.attributes().values().stream().anyMatch(each -> each instanceof GraphAttribute);
    if (!node.domain().isEmpty() || nested) {
      hold(node, "%s reads them".formatted(Filters.words(node)));
    } else if (ELEMENTWISE.contains(node.opType())) {
      elementwise(at, node);
    } else {
      switch (node.opType()) {
        case "Conv" -> convolution(at, node);
        case "Gemm", "MatMul" -> product(at, node);
        case "BatchNormalization" -> normalisation(at, node);
        case "Concat" -> concatenation(node);
        default -> single(at, node);
      }
    }
  }

  private void single(int at, Node node) {
    var input = layout(node, 0);
    var output =
        input == null || readsOthers(node) || gives(node)
            ? Optional.<Layout>empty()
            : axes.output(node, input);
    if (input == null || output.isEmpty()) {
      hold(node, "%s reads them".formatted(Filters.words(node)));
      return;
    }
    if (axes.features(node).isPresent()) {
      reshaped.put(at, input.channels());
    }
    give(node, output.get());
  }

  private void convolution(int at, Node node) {
    var obstacle = own.obstacle(node, 3);
    if (obstacle.isPresent() || readsOthers(node)) {
      leave(node, obstacle.orElse("other channels are its bias"));
      return;
    }
    var weights = constants.load(node.inputs().get(1));
    long outputs = weights.shape().getFirst();
    long groupCount = node.intAttribute("group").orElse(1);
    var input = layout(node, 0);
    var bias = Preparation.input(node, 2);
    boolean fits =
        groupCount > 0
            && outputs % groupCount == 0
            && (bias.isEmpty() || own.isVector(bias, outputs))
            && (input == null
                || (input.rank() == weights.shape().size()
                    && weights.shape().get(1) * groupCount == input.size()));
    if (!fits) {
      leave(
          node,
          "its weights %s, its bias and its input do not fit together".formatted(weights.shape()));
    } else if (groupCount == 1) {
      var channels = sets.fresh(Math.toIntExact(outputs));
      producers.add(new Producer(at, channels, Filters.norms(weights, 0)));
      cutOutputs(at, bias, channels);
      if (input != null) {
        cuts.add(new Cut(at, 1, 1, input.channels(), 1));
      }
      give(node, Layout.of(channels, weights.shape().size()));
    } else if (weights.shape().get(1) == 1 && input != null && groupCount == input.size()) {
      // Each channel is convolved alone: it goes with the one that it is made of.
      var channels = input.repeated(Math.toIntExact(outputs / groupCount));
      cutOutputs(at, bias, channels);
      groups.put(at, input.channels());
      give(node, Layout.of(channels, input.rank()));
    } else {
      leave(
          node,
          input == null
              ? "the channels of its input are not known"
              : "it convolves in %d groups of several channels".formatted(groupCount));
    }
  }

  private void cutOutputs(int at, String bias, int[] channels) {
    cuts.add(new Cut(at, 1, 0, channels, 1));
    if (!bias.isEmpty()) {
      cuts.add(new Cut(at, 2, 0, channels, 1));
    }
  }

  private void product(int at, Node node) {
    boolean gemm = node.opType().equals("Gemm");
    boolean turned = gemm && node.intAttribute("transA").orElse(0) != 0;
    var obstacle = turned ? Optional.of("it turns its input") : own.obstacle(node, 2);
    if (obstacle.isPresent() || readsOthers(node)) {
      leave(node, obstacle.orElse("other channels are its bias"));
      return;
    }
    var weights = constants.load(node.inputs().get(1));
    int inner = gemm && node.intAttribute("transB").orElse(0) != 0 ? 1 : 0;
    long features = weights.shape().get(inner);
    long outputs = weights.shape().get(1 - inner);
    var input = layout(node, 0);
    if (weights.shape().size() != 2
        || (input != null && (!input.isFlat() || features % input.size() != 0))) {
      leave(node, "its weights %s and its input do not fit together".formatted(weights.shape()));
      return;
    }
    if (input != null) {
      int run = Math.toIntExact(features / input.size());
      cuts.add(new Cut(at, 1, inner, input.channels(), run));
    }
    if (!gemm && input == null) {
      // A product of matrices of which nobody knows how many axes they have.
      leave(node, "its input may have more than two axes");
      return;
    }
    var channels = sets.fresh(Math.toIntExact(outputs));
    producers.add(new Producer(at, channels, Filters.norms(weights, 1 - inner)));
    cuts.add(new Cut(at, 1, 1 - inner, channels, 1));
    var bias = Preparation.input(node, 2);
    if (own.isRow(bias, outputs)) {
      int last = constants.load(bias).shape().size() - 1;
      cuts.add(new Cut(at, 2, last, channels, 1));
    } else if (!bias.isEmpty() && !own.isNumber(bias)) {
      sets.hold(channels, "the bias of %s is not one number each".formatted(Filters.words(node)));
    }
    give(node, Layout.of(channels, 2));
  }

  private void normalisation(int at, Node node) {
    var input = layout(node, 0);
    var scale = constants.find(Preparation.input(node, 1));
    long length = scale.map(Tensor::elements).orElse(0L);
    boolean fits =
        input != null
            && length > 0
            && length % input.size() == 0
            && (input.isFlat() || length == input.size())
            && node.intAttribute("training_mode").orElse(0) == 0
            && !readsOthers(node)
            && !gives(node);
    for (int i = 1; fits && i <= NORMALISING; i++) {
      fits = own.isVector(Preparation.input(node, i), length);
    }
    if (!fits || input == null) {
      hold(node, "%s normalises them otherwise than by constants".formatted(Filters.words(node)));
      return;
    }
    for (int i = 1; i <= NORMALISING; i++) {
      cuts.add(new Cut(at, i, 0, input.channels(), Math.toIntExact(length / input.size())));
    }
    give(node, input);
  }

  /** What adds tensors couples their channels; a constant with a number a channel is cut. */
  private void elementwise(int at, Node node) {
    var given = new ArrayList<Layout>();
    boolean unknown = gives(node);
    for (int i = 0; i < node.inputs().size(); i++) {
      var layout = layout(node, i);
      if (layout != null) {
        given.add(layout);
      } else {
        unknown |= !constants.contains(node.inputs().get(i));
      }
    }
    var widest = given.stream().max((a, b) -> Integer.compare(a.size(), b.size())).orElse(null);
    if (widest == null) {
      return;
    }
    var found = new ArrayList<Cut>();
    for (int i = 0; i < node.inputs().size() && !unknown; i++) {
      var layout = layout(node, i);
      if (layout != null) {
        unknown |=
            layout.rank() != widest.rank() || (layout.size() != widest.size() && layout.size() > 1);
      } else {
        unknown |= !isAlong(constants.load(node.inputs().get(i)), widest, at, i, found);
      }
    }
    if (unknown) {
      hold(node, "%s combines them with others".formatted(Filters.words(node)));
      return;
    }
    for (var layout : given) {
      if (layout.size() < widest.size()) {
        sets.hold(layout.channels(), "%s spreads it over others".formatted(Filters.words(node)));
      } else {
        for (int i = 0; i < widest.size(); i++) {
          sets.join(widest.channels()[i], layout.channels()[i]);
        }
      }
    }
    cuts.addAll(found);
    give(node, widest.in(widest.rank(), areAllPoints(node)));
  }

  private boolean areAllPoints(Node node) {
    return node.inputs().stream()
        .allMatch(name -> {
          var layout = layouts.get(name);
          return layout == null ? own.isNumber(name) : layout.isPoint();
        });
  }

  /** Whether a constant has one value for all channels, or values for each; those are cut. */
  private static boolean isAlong(
      Tensor constant, Layout layout, int at, int input, List<Cut> found) {
    int axis = constant.shape().size() - layout.rank() + 1;
    if (constant.elements() == 0
        || constant.type().bits() % Byte.SIZE != 0
        || axis > 1
        || (axis == 1 && constant.shape().getFirst() != 1)) {
      return false;
    }
    long values = axis < 0 ? 1 : constant.shape().get(axis);
    if (values == 1) {
      return true;
    }
    boolean along =
        layout.isFlat()
            ? values % layout.size() == 0 && layout.size() > 1
            : values == layout.size();
    if (along) {
      int run = Math.toIntExact(values / layout.size());
      found.add(new Cut(at, input, axis, layout.channels(), run));
    }
    return along;
  }

  private void concatenation(Node node) {
    var parts = new ArrayList<Layout>();
    for (int i = 0; i < node.inputs().size(); i++) {
      var layout = layout(node, i);
      if (layout == null
          || layout.isFlat()
          || layout.rank() != requireRank(parts, layout)
          || AxisRule.axis(node.intAttribute("axis").orElse(0), layout.rank()) != 1) {
        hold(node, "%s joins them with others".formatted(Filters.words(node)));
        return;
      }
      parts.add(layout);
    }
    long size = parts.stream().mapToLong(Layout::size).sum();
    if (parts.isEmpty() || size > MOST_PLACES - places) {
      hold(node, "%s joins too many of them".formatted(Filters.words(node)));
      return;
    }
    places += (int) size;
    var joined = parts.stream().flatMapToInt(each -> Arrays.stream(each.channels()));
    give(node, Layout.of(joined.toArray(), parts.getFirst().rank()));
  }

  private static int requireRank(List<Layout> parts, Layout otherwise) {
    return parts.isEmpty() ? otherwise.rank() : parts.getFirst().rank();
  }

  private @Nullable Layout layout(Node node, int input) {
    return layouts.get(Preparation.input(node, input));
  }

  /** Whether channels enter a node elsewhere than at its first input. */
  private boolean readsOthers(Node node) {
    for (int i = 1; i < node.inputs().size(); i++) {
      if (layout(node, i) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody reads a further output of a node. */
  private boolean gives(Node node) {
    return node.outputs().stream().skip(1).anyMatch(each -> !each.isEmpty() && uses.of(each) > 0);
  }

  private void give(Node node, Layout layout) {
    if (!Preparation.output(node).isEmpty()) {
      layouts.put(Preparation.output(node), layout);
    }
  }

  private void leave(Node node, String why) {
    left.add(new Left(Filters.words(node), why));
    hold(node, "%s reads them, and %s".formatted(Filters.words(node), why));
  }

  private void hold(Node node, String why) {
    node.inputs().stream()
        .map(layouts::get)
        .filter(Objects::nonNull)
        .forEach(layout -> sets.hold(layout.channels(), why));
  }
}
