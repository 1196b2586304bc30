package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.Constants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What puts tensors together: element by element, which couples channels, or one after another. */
final class CombiningRule {
  private static final Set<String> ELEMENTWISE =
      Set.of("Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum", "Pow", "PRelu");

  private final Constants constants;
  private final OwnWeights own;
  private final ChannelSets sets;
  private final Layouts layouts;
  private final List<Cut> cuts;

  /**
   * @param cuts takes those of constants that stand beside channels
   */
  CombiningRule(
      Constants constants, OwnWeights own, ChannelSets sets, Layouts layouts, List<Cut> cuts) {
    this.constants = constants;
    this.own = own;
    this.sets = sets;
    this.layouts = layouts;
    this.cuts = cuts;
  }

  static boolean isElementwise(Node node) {
    return ELEMENTWISE.contains(node.opType());
  }

  /** What adds tensors couples their channels; a constant with a number a channel is cut. */
  void elementwise(int at, Node node) {
    var given = new ArrayList<Layout>();
    boolean unknown = layouts.gives(node);
    for (int i = 0; i < node.inputs().size(); i++) {
      var layout = layouts.of(node, i);
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
      var layout = layouts.of(node, i);
      if (layout != null) {
        unknown |=
            layout.rank() != widest.rank() || (layout.size() != widest.size() && layout.size() > 1);
      } else {
        unknown |= !isAlong(constants.load(node.inputs().get(i)), widest, at, i, found);
      }
    }
    if (unknown) {
      layouts.hold(node, "%s combines them with others".formatted(Filters.words(node)));
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
    layouts.give(node, widest.in(widest.rank(), areAllPoints(node)));
  }

  private boolean areAllPoints(Node node) {
    return node.inputs().stream()
        .allMatch(name -> {
          var layout = layouts.of(name);
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

  void concatenation(Node node) {
    var parts = new ArrayList<Layout>();
    for (int i = 0; i < node.inputs().size(); i++) {
      var layout = layouts.of(node, i);
      if (layout == null
          || layout.isFlat()
          || layout.rank() != requireRank(parts, layout)
          || AxisRule.axis(node.intAttribute("axis").orElse(0), layout.rank()) != 1) {
        layouts.hold(node, "%s joins them with others".formatted(Filters.words(node)));
        return;
      }
      parts.add(layout);
    }
    long size = parts.stream().mapToLong(Layout::size).sum();
    if (parts.isEmpty() || !layouts.takesRoom(size)) {
      layouts.hold(node, "%s joins too many of them".formatted(Filters.words(node)));
      return;
    }
    var joined = parts.stream().flatMapToInt(each -> Arrays.stream(each.channels()));
    layouts.give(node, Layout.of(joined.toArray(), parts.getFirst().rank()));
  }

  private static int requireRank(List<Layout> parts, Layout otherwise) {
    return parts.isEmpty() ? otherwise.rank() : parts.getFirst().rank();
  }
}
