package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * Removes whole channels: the filters that make them, and all that is kept for them in the layers
 * behind. The model is smaller and computes less. What removed channels said is lost, and without
 * training what is left again the model answers worse; how much only its own measure tells.
 *
 * <p>Channels are those of dense convolutions and of matrix products with constant weights of their
 * own. They go through normalisation, activations, pooling, sums, products, joins along the
 * channels, depthwise convolutions and flattening. What they reach beyond those holds them, and so
 * does being an output of the model.
 */
public final class StructuredPruning {
  private static final int NAMED = 3;

  private StructuredPruning() {}

  /**
   * Removes a share of the channels of each layer, or of each group of layers whose channels go
   * together: those of the least sum of absolute weights.
   *
   * @param model a float model
   * @param share 0 to 0.95, rounded down to whole channels; one at least stays in each layer
   * @throws NotPrunable if the share is another, no channel can go, weights are not finite, or the
   *     nodes are in no order
   */
  public static PrunedModel prune(OnnxModel model, double share) {
    Shares.require(share);
    var plain = Preparation.withPlainConstants(model);
    var channels = new ChannelGraph(plain.graph());
    var removal = Removal.of(channels, share);
    var left = left(plain, channels);
    if (removal.channels().isEmpty() && share > 0) {
      throw nothing(share, removal.all(), left);
    }
    var graph = ChannelCutting.without(plain.graph(), channels, removal.channels());
    var words =
        String.format(
            Locale.ROOT,
            "structured, L1: %d of %d channels removed",
            removal.channels().size(),
            removal.all());
    return new PrunedModel(
        plain.withGraph(graph).withMetadata("fovea.pruning", words),
        new PruningReport("channels", removal.all(), removal.channels().size(), left),
        (tensor, count) -> channels.kept(tensor, count, removal.channels()));
  }

  /** What was left by name, and filters all of whose channels are held. */
  private static List<Left> left(OnnxModel model, ChannelGraph channels) {
    var left = new LinkedHashSet<>(channels.left);
    for (var producer : channels.producers) {
      var why = new LinkedHashSet<String>();
      boolean isHeld = true;
      for (int channel : producer.channels()) {
        var held = channels.sets.held(channel);
        held.ifPresent(why::add);
        isHeld &= held.isPresent();
      }
      if (isHeld && !why.isEmpty()) {
        var node = model.graph().nodes().get(producer.node());
        left.add(new Left(Filters.words(node), why.getFirst()));
      }
    }
    return new ArrayList<>(left);
  }

  private static NotPrunable nothing(double share, int all, List<Left> left) {
    var reasons = new ArrayList<String>();
    left.stream().limit(NAMED).forEach(each -> reasons.add(each.node() + ": " + each.why()));
    if (left.size() > NAMED) {
      reasons.add("%d more".formatted(left.size() - NAMED));
    }
    var what =
        all == 0
            ? "no channel can go"
            : "a share of %s of no layer's is a whole channel, of %d that could go"
                .formatted(share, all);
    return new NotPrunable(
        "structured pruning: %s%s"
            .formatted(what, reasons.isEmpty() ? "" : "; " + String.join("; ", reasons)),
        all == 0
            ? "Leave 'structured' out; only convolutions and products with constant weights of"
                + " their own, away from the model's outputs, lose channels."
            : "Name a larger share.");
  }
}
