package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a graph without some of its channels: whoever has them in a constant loses them there. */
final class ChannelCutting {
  /** An input of a node. */
  private record Place(int node, int input) {}

  private final Graph graph;
  private final ChannelGraph channels;
  private final Set<Integer> removed;
  private final Constants constants;
  private final TensorUses uses;
  private final FreshNames names;
  private final Map<Place, Tensor> changed = new LinkedHashMap<>();

  private ChannelCutting(Graph graph, ChannelGraph channels, Set<Integer> removed) {
    this.graph = graph;
    this.channels = channels;
    this.removed = removed;
    constants = new Constants(graph);
    uses = new TensorUses(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
  }

  /**
   * The graph without them.
   *
   * @param channels of this graph
   * @param removed sets of channels that go
   */
  static Graph without(Graph graph, ChannelGraph channels, Set<Integer> removed) {
    return new ChannelCutting(graph, channels, removed).written();
  }

  private Graph written() {
    for (var cut : channels.cuts) {
      var kept = kept(cut.channels());
      if (kept.length < cut.channels().length) {
        var place = new Place(cut.node(), cut.input());
        var constant = changed.getOrDefault(place, constants.load(name(place)));
        changed.put(place, Slices.keep(constant, cut.axis(), kept, cut.run()));
      }
    }
    channels.reshaped.forEach(this::reshape);
    var nodes = new ArrayList<>(graph.nodes());
    channels.groups.forEach((at, of) -> {
      int groups = kept(of).length;
      if (groups < of.length) {
        nodes.set(at, nodes.get(at).with("group", Attribute.of(groups)));
      }
    });
    var own = new LinkedHashMap<String, Tensor>();
    var more = new ArrayList<Tensor>();
    changed.forEach((place, tensor) -> {
      var name = name(place);
      if (uses.of(name) == 1) {
        own.put(name, tensor.named(name));
      } else {
        // Others read the constant as it was.
        var copy = names.take(name + "_pruned");
        more.add(tensor.named(copy));
        nodes.set(place.node(), reading(nodes.get(place.node()), place.input(), copy));
      }
    });
    var initializers = new ArrayList<Tensor>();
    graph.initializers().forEach(each -> initializers.add(own.getOrDefault(each.name(), each)));
    initializers.addAll(more);
    return TensorUses.withoutUnusedInitializers(
        new Graph(
            graph.name(),
            nodes,
            initializers,
            graph.inputs(),
            graph.outputs(),
            graph.valueInfos().stream().map(this::declared).toList()));
  }

  private void reshape(int at, int[] of) {
    var kept = kept(of);
    if (kept.length < of.length) {
      var place = new Place(at, 1);
      var shape = constants.load(name(place)).longs();
      long features = shape[1] / of.length * kept.length;
      changed.put(place, Tensor.ofLongs("", List.of(2L), shape[0], features));
    }
  }

  /** What was said of the length of a cut axis holds no more. */
  private ValueInfo declared(ValueInfo info) {
    var layout = channels.layout(info.name());
    if (layout == null
        || info.shape().size() < 2
        || kept(layout.channels()).length == layout.size()) {
      return info;
    }
    var shape = new ArrayList<>(info.shape());
    shape.set(1, Dimension.unknown());
    return new ValueInfo(info.name(), info.type(), shape);
  }

  private int[] kept(int[] of) {
    return channels.kept(of, removed);
  }

  private String name(Place place) {
    return graph.nodes().get(place.node()).inputs().get(place.input());
  }

  private static Node reading(Node node, int input, String name) {
    var inputs = new ArrayList<>(node.inputs());
    inputs.set(input, name);
    return node.withInputs(inputs);
  }
}
