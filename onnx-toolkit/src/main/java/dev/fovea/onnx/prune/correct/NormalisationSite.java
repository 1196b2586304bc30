package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.calibrate.ChannelSums.Axis;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch normalisation: its running mean and variance are estimated anew (Li, Wu, Su and Wang
 * 2020, "EagleEye", section 3.3), from how its input has moved: {@code mean' = m - (M - mean) r}
 * and {@code var' + e = (var + e) r^2}. Where the examples are like the training's, {@code M} is
 * the old mean and these are the examples' own statistics; where they are not, what they differ by
 * stays as it was.
 */
record NormalisationSite(Node node, int channels) implements Site {
  private static final int MEAN = 3;
  private static final int VARIANCE = 4;
  private static final float DEFAULT_EPSILON = 1e-5f;

  /** Empty for another node, or one whose statistics are not constants of its own. */
  static Optional<NormalisationSite> of(Node node, Constants constants, TensorUses uses) {
    boolean gives =
        node.outputs().stream().skip(1).anyMatch(each -> !each.isEmpty() && uses.of(each) > 0);
    if (!Preparation.is(node, "BatchNormalization")
        || node.intAttribute("training_mode").orElse(0) != 0
        || gives) {
      return Optional.empty();
    }
    return constants
        .findFloats(Preparation.input(node, MEAN))
        .filter(mean -> mean.shape().size() == 1)
        .filter(mean ->
            constants
                .findFloats(Preparation.input(node, VARIANCE))
                .filter(variance -> variance.shape().equals(mean.shape()))
                .isPresent())
        .map(mean -> new NormalisationSite(node, Math.toIntExact(mean.elements())));
  }

  @Override
  public String tensor() {
    return Preparation.input(node, 0);
  }

  @Override
  public Axis axis() {
    return Axis.SECOND;
  }

  @Override
  public String output() {
    return Preparation.output(node);
  }

  @Override
  public boolean scales() {
    return true;
  }

  @Override
  public Graph corrected(Graph graph, Shift shift) {
    var constants = new Constants(graph);
    var oldMeans = constants.load(node.inputs().get(MEAN));
    var oldVariances = constants.load(node.inputs().get(VARIANCE));
    var means = oldMeans.floats();
    var variances = oldVariances.floats();
    double epsilon =
        node.attribute("epsilon").orElse(null) instanceof FloatAttribute(float given)
            ? given
            : DEFAULT_EPSILON;
    for (int i = 0; i < means.length; i++) {
      double ratio = shift.ratios()[i];
      double moved = shift.measured()[i] - shift.expected()[i] * ratio;
      means[i] = Site.finite(means[i] * ratio + moved, "mean of '%s'".formatted(output()), i);
      if (ratio != 1) {
        double spread = (variances[i] + epsilon) * ratio * ratio - epsilon;
        variances[i] = Site.finite(Math.max(0, spread), "variance of '%s'".formatted(output()), i);
      }
    }
    var names = new FreshNames(TensorUses.definedIn(graph));
    var inputs = new ArrayList<>(node.inputs());
    var initializers = new ArrayList<>(graph.initializers());
    write(MEAN, oldMeans, means, names, inputs, initializers);
    if (shift.scales()) {
      write(VARIANCE, oldVariances, variances, names, inputs, initializers);
    }
    var nodes = new ArrayList<>(graph.nodes());
    nodes.set(nodes.indexOf(node), node.withInputs(inputs));
    return TensorUses.withoutUnusedInitializers(
        graph.withNodes(nodes).withInitializers(initializers));
  }

  /** Under a name of its own: others may read the old one. */
  private static void write(
      int at,
      Tensor old,
      float[] values,
      FreshNames names,
      List<String> inputs,
      List<Tensor> initializers) {
    var name = names.take(old.name() + "_corrected");
    initializers.add(Tensor.ofFloats(name, old.shape(), values));
    inputs.set(at, name);
  }
}
