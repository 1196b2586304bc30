package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which channels depend on each other, followed from each filter to where its channel is read
 * (dependency groups: Fang, Ma, Song, Mi and Wang 2023, "DepGraph: Towards Any Structural Pruning";
 * here channel by channel, so that what is joined along the channels keeps its parts apart). What
 * an operator does that is not known here holds the channels that it reads.
 */
final class ChannelGraph {
  /** Scale, shift, mean and variance. */
  private static final int NORMALISING = 4;

  private final Constants constants;
  private final OwnWeights own;
  private final AxisRule axes;
  private final Layouts layouts;
  private final FilterRule filters;
  private final CombiningRule combining;

  final ChannelSets sets = new ChannelSets();
  final List<Cut> cuts;
  final List<Producer> producers;

  /** By the place of each depthwise convolution, the channels that are its groups. */
  final Map<Integer, int[]> groups;

  /** By the place of each reshaping that names a number of features, the channels that they are. */
  final Map<Integer, int[]> reshaped = new LinkedHashMap<>();

  final List<Left> left;

  /**
   * Follows them.
   *
   * @throws NotPrunable where the nodes are in no order, as in a cycle, a tensor is defined twice,
   *     or weights are not finite
   */
  ChannelGraph(Graph graph) {
    constants = new Constants(graph);
    var uses = new TensorUses(graph);
    own = new OwnWeights(constants, uses);
    axes = new AxisRule(graph, constants);
    layouts = new Layouts(sets, uses);
    left = layouts.left;
    filters = new FilterRule(constants, own, sets, layouts);
    cuts = filters.cuts;
    producers = filters.producers;
    groups = filters.groups;
    combining = new CombiningRule(constants, own, sets, layouts, cuts);
    NodeOrder.require(graph);
    layouts.feed(graph);
    for (int i = 0; i < graph.nodes().size(); i++) {
      visit(i, graph.nodes().get(i));
    }
    layouts.holdOutputs();
  }

  /** The channels along axis 1 of a tensor where they are known. */
  @Nullable Layout layout(String tensor) {
    return layouts.of(tensor);
  }

  /** At which places of some channels one stays when these sets go. */
  int[] kept(int[] of, Set<Integer> removed) {
    return IntStream.range(0, of.length).filter(i -> !removed.contains(sets.of(of[i]))).toArray();
  }

  /** The same of a tensor with so many places along axis 1; all where its channels are unknown. */
  int[] kept(String tensor, int count, Set<Integer> removed) {
    var layout = layouts.of(tensor);
    if (layout == null || layout.size() == 0 || count % layout.size() != 0) {
      return KeptChannels.all().of(tensor, count);
    }
    // Flattened, a channel is a run of features.
    int run = count / layout.size();
    return Arrays.stream(kept(layout.channels(), removed))
        .flatMap(channel -> IntStream.range(channel * run, (channel + 1) * run))
        .toArray();
  }

  private void visit(int at, Node node) {
    boolean nested =
        node.attributes().values().stream().anyMatch(each -> each instanceof GraphAttribute);
    if (!node.domain().isEmpty() || nested) {
      layouts.hold(node, "%s reads them".formatted(Filters.words(node)));
    } else if (CombiningRule.isElementwise(node)) {
      combining.elementwise(at, node);
    } else {
      switch (node.opType()) {
        case "Conv" -> filters.convolution(at, node);
        case "Gemm", "MatMul" -> filters.product(at, node);
        case "BatchNormalization" -> normalisation(at, node);
        case "Concat" -> combining.concatenation(node);
        default -> single(at, node);
      }
    }
  }

  private void single(int at, Node node) {
    var input = layouts.of(node, 0);
    var output =
        input == null || layouts.readsOthers(node) || layouts.gives(node)
            ? Optional.<Layout>empty()
            : axes.output(node, input);
    if (input == null || output.isEmpty()) {
      layouts.hold(node, "%s reads them".formatted(Filters.words(node)));
      return;
    }
    if (axes.features(node).isPresent()) {
      reshaped.put(at, input.channels());
    }
    layouts.give(node, output.get());
  }

  private void normalisation(int at, Node node) {
    var input = layouts.of(node, 0);
    var scale = constants.find(Preparation.input(node, 1));
    long length = scale.map(Tensor::elements).orElse(0L);
    boolean fits =
        input != null
            && length > 0
            && length % input.size() == 0
            && (input.isFlat() || length == input.size())
            && node.intAttribute("training_mode").orElse(0) == 0
            && !layouts.readsOthers(node)
            && !layouts.gives(node);
    for (int i = 1; fits && i <= NORMALISING; i++) {
      fits = own.isVector(Preparation.input(node, i), length);
    }
    if (!fits || input == null) {
      layouts.hold(
          node, "%s normalises them otherwise than by constants".formatted(Filters.words(node)));
      return;
    }
    for (int i = 1; i <= NORMALISING; i++) {
      cuts.add(new Cut(at, i, 0, input.channels(), Math.toIntExact(length / input.size())));
    }
    layouts.give(node, input);
  }
}
