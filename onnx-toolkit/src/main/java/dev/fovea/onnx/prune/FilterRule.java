package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What makes channels: convolutions and matrix products with weights of their own. Each makes one
 * with every filter, and reads those of its input in every filter.
 */
final class FilterRule {
  private final Constants constants;
  private final OwnWeights own;
  private final ChannelSets sets;
  private final Layouts layouts;

  final List<Cut> cuts = new ArrayList<>();
  final List<Producer> producers = new ArrayList<>();

  /** By the place of each depthwise convolution, the channels that are its groups. */
  final Map<Integer, int[]> groups = new LinkedHashMap<>();

  FilterRule(Constants constants, OwnWeights own, ChannelSets sets, Layouts layouts) {
    this.constants = constants;
    this.own = own;
    this.sets = sets;
    this.layouts = layouts;
  }

  void convolution(int at, Node node) {
    var obstacle = own.obstacle(node, 3);
    if (obstacle.isPresent() || layouts.readsOthers(node)) {
      layouts.leave(node, obstacle.orElse("other channels are its bias"));
      return;
    }
    var weights = constants.load(node.inputs().get(1));
    long outputs = weights.shape().getFirst();
    long groupCount = node.intAttribute("group").orElse(1);
    var input = layouts.of(node, 0);
    var bias = Preparation.input(node, 2);
    boolean fits =
        groupCount > 0
            && outputs % groupCount == 0
            && (bias.isEmpty() || own.isVector(bias, outputs))
            && (input == null
                || (input.rank() == weights.shape().size()
                    && weights.shape().get(1) * groupCount == input.size()));
    if (!fits) {
      layouts.leave(
          node,
          "its weights %s, its bias and its input do not fit together".formatted(weights.shape()));
    } else if (groupCount == 1) {
      var channels = sets.fresh(Math.toIntExact(outputs));
      producers.add(new Producer(at, channels, Filters.norms(weights, 0)));
      cutOutputs(at, bias, channels);
      if (input != null) {
        cuts.add(new Cut(at, 1, 1, input.channels(), 1));
      }
      layouts.give(node, Layout.of(channels, weights.shape().size()));
    } else if (weights.shape().get(1) == 1 && input != null && groupCount == input.size()) {
      // Each channel is convolved alone: it goes with the one that it is made of.
      var channels = input.repeated(Math.toIntExact(outputs / groupCount));
      cutOutputs(at, bias, channels);
      groups.put(at, input.channels());
      layouts.give(node, Layout.of(channels, input.rank()));
    } else {
      layouts.leave(
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

  void product(int at, Node node) {
    boolean gemm = node.opType().equals("Gemm");
    boolean turned = gemm && node.intAttribute("transA").orElse(0) != 0;
    var obstacle = turned ? Optional.of("it turns its input") : own.obstacle(node, 2);
    if (obstacle.isPresent() || layouts.readsOthers(node)) {
      layouts.leave(node, obstacle.orElse("other channels are its bias"));
      return;
    }
    var weights = constants.load(node.inputs().get(1));
    int inner = gemm && node.intAttribute("transB").orElse(0) != 0 ? 1 : 0;
    long features = weights.shape().get(inner);
    long outputs = weights.shape().get(1 - inner);
    var input = layouts.of(node, 0);
    if (weights.shape().size() != 2
        || (input != null && (!input.isFlat() || features % input.size() != 0))) {
      layouts.leave(
          node, "its weights %s and its input do not fit together".formatted(weights.shape()));
      return;
    }
    if (input != null) {
      int run = Math.toIntExact(features / input.size());
      cuts.add(new Cut(at, 1, inner, input.channels(), run));
    }
    if (!gemm && input == null) {
      // A product of matrices of which nobody knows how many axes they have.
      layouts.leave(node, "its input may have more than two axes");
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
    layouts.give(node, Layout.of(channels, 2));
  }
}
