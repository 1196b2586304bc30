package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The channels along axis 1 of each tensor where they are known, and which of them must stay. */
final class Layouts {
  /** Tensors that are joined with themselves again and again would grow without bound. */
  private static final int MOST_PLACES = 1 << 22;

  private final ChannelSets sets;
  private final TensorUses uses;
  private final Map<String, Layout> byTensor = new HashMap<>();
  private int places;

  final List<Left> left = new ArrayList<>();

  Layouts(ChannelSets sets, TensorUses uses) {
    this.sets = sets;
    this.uses = uses;
  }

  /** What the model is fed with has channels that must stay. */
  void feed(Graph graph) {
    for (var input : graph.inputs()) {
      if (input.shape().size() > 2
          && input.shape().get(1) instanceof Dimension.Fixed(long size)
          && size > 0
          && takesRoom(size)) {
        var layout = Layout.of(sets.fresh((int) size), input.shape().size());
        sets.hold(layout.channels(), "the model is fed with them");
        byTensor.put(input.name(), layout);
      }
    }
  }

  /** What leaves the graph where nobody here sees it must stay. */
  void holdOutputs() {
    byTensor.forEach((tensor, layout) -> {
      if (uses.isOutput(tensor)) {
        sets.hold(layout.channels(), "they are the model's output '%s'".formatted(tensor));
      } else if (uses.isNested(tensor)) {
        sets.hold(layout.channels(), "a subgraph reads '%s'".formatted(tensor));
      }
    });
  }

  /** Whether so many channels may stand in one more tensor; then they count. */
  boolean takesRoom(long size) {
    if (size > MOST_PLACES - places) {
      return false;
    }
    places += (int) size;
    return true;
  }

  @Nullable Layout of(String tensor) {
    return byTensor.get(tensor);
  }

  @Nullable Layout of(Node node, int input) {
    return byTensor.get(Preparation.input(node, input));
  }

  /** Whether channels enter a node elsewhere than at its first input. */
  boolean readsOthers(Node node) {
    for (int i = 1; i < node.inputs().size(); i++) {
      if (of(node, i) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody reads a further output of a node. */
  boolean gives(Node node) {
    return node.outputs().stream().skip(1).anyMatch(each -> !each.isEmpty() && uses.of(each) > 0);
  }

  /** From now on this stands along axis 1 of a node's output. */
  void give(Node node, Layout layout) {
    if (!Preparation.output(node).isEmpty()) {
      byTensor.put(Preparation.output(node), layout);
    }
  }

  /** Holds what a node reads and names the node among those that are left. */
  void leave(Node node, String why) {
    left.add(new Left(Filters.words(node), why));
    hold(node, "%s reads them, and %s".formatted(Filters.words(node), why));
  }

  /** What a node reads must stay. */
  void hold(Node node, String why) {
    node.inputs().stream()
        .map(byTensor::get)
        .filter(Objects::nonNull)
        .forEach(layout -> sets.hold(layout.channels(), why));
  }
}
