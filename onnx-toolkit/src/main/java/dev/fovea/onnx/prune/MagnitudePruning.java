package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sets the smallest weights to 0 (Han, Pool, Tran and Dally 2015, "Learning both Weights and
 * Connections for Efficient Neural Networks", section 3), here without training what is left again.
 * Weights are those of {@code Conv}, {@code Gemm} and {@code MatMul}; biases stay.
 *
 * <p>The file stays as large as it was and ONNX Runtime's kernels for CPUs multiply zeros as they
 * do other numbers: what is won is the size after compression alone.
 */
public final class MagnitudePruning {
  private MagnitudePruning() {}

  /** Among which weights the smallest are looked for. */
  public enum Scope {
    /** All that can go: layers with small weights lose more of them. */
    GLOBAL,
    /** Those of each tensor, so that each loses the same share. */
    PER_TENSOR
  }

  /**
   * Prunes a share of the weights. Of weights of equal size those go first that stand first in the
   * model. Weights that several products share are pruned once, for all of them.
   *
   * @param model a float model
   * @param share 0 to 0.95, of the weights that can go
   * @throws NotPrunable if the share is another, a weight is not finite, or the model has none
   */
  public static PrunedModel prune(OnnxModel model, double share, Scope scope) {
    Shares.require(share);
    var plain = Preparation.withPlainConstants(model);
    var graph = plain.graph();
    var left = new ArrayList<Left>();
    var names = weights(graph, left);
    var weights =
        graph.initializers().stream().filter(each -> names.contains(each.name())).toList();
    if (weights.isEmpty()) {
      throw new NotPrunable(
          "magnitude pruning of a model of %d nodes: none has constant weights of its own in 32 bits%s"
              .formatted(graph.nodes().size(), first(left)),
          "Leave 'magnitude' out; biases and computed weights are not pruned.");
    }
    var pruned = new HashMap<String, Tensor>();
    long zeros = 0;
    for (var together : scope == Scope.GLOBAL ? List.of(weights) : apart(weights)) {
      zeros += prune(together, share, pruned);
    }
    long all = weights.stream().mapToLong(Tensor::elements).sum();
    var changed =
        graph.withInitializers(
            graph.initializers().stream()
                .map(each -> pruned.getOrDefault(each.name(), each))
                .toList());
    var words =
        String.format(
            Locale.ROOT,
            "magnitude, %s: %d of %d weights are 0",
            scope == Scope.GLOBAL ? "global" : "per tensor",
            zeros,
            all);
    return new PrunedModel(
        plain.withGraph(changed).withMetadata("fovea.pruning", words),
        new PruningReport("weights", all, zeros, left),
        KeptChannels.all());
  }

  private static List<List<Tensor>> apart(List<Tensor> weights) {
    return weights.stream().map(List::of).toList();
  }

  private static String first(List<Left> left) {
    return left.isEmpty()
        ? ""
        : "; %s: %s".formatted(left.getFirst().node(), left.getFirst().why());
  }

  /** Constants that only products read, and as weights alone. */
  private static Set<String> weights(Graph graph, List<Left> left) {
    var constants = new Constants(graph);
    var uses = new TensorUses(graph);
    var reads = new HashMap<String, Integer>();
    for (var node : graph.nodes()) {
      if (isProduct(node)) {
        reads.merge(Preparation.input(node, 1), 1, Integer::sum);
      }
    }
    var names = new LinkedHashSet<String>();
    for (var node : graph.nodes()) {
      if (isProduct(node)) {
        var name = Preparation.input(node, 1);
        var why = obstacle(name, constants.find(name), uses, reads);
        why.ifPresentOrElse(
            words -> left.add(new Left(Filters.words(node), words)), () -> names.add(name));
      }
    }
    return names;
  }

  private static boolean isProduct(Node node) {
    return Preparation.is(node, "Conv")
        || Preparation.is(node, "Gemm")
        || Preparation.is(node, "MatMul");
  }

  private static Optional<String> obstacle(
      String name, Optional<Tensor> constant, TensorUses uses, Map<String, Integer> reads) {
    if (constant.isEmpty()) {
      return Optional.of("its weights '%s' are computed or fed".formatted(name));
    }
    if (constant.get().type() != DataType.FLOAT || constant.get().elements() == 0) {
      return Optional.of(
          "its weights '%s' are %s%s"
              .formatted(name, constant.get().type(), constant.get().shape()));
    }
    return uses.of(name) == reads.getOrDefault(name, 0) && !uses.isNested(name)
        ? Optional.empty()
        : Optional.of("something else reads its weights '%s' too".formatted(name));
  }

  /** How many are 0 afterwards. */
  private static long prune(List<Tensor> weights, double share, Map<String, Tensor> pruned) {
    long all = weights.stream().mapToLong(Tensor::elements).sum();
    long wanted = Shares.of(share, all);
    var threshold = Threshold.of(weights, wanted);
    long ties = threshold.ties();
    long zeros = 0;
    for (var tensor : weights) {
      var values = tensor.floats();
      for (int i = 0; i < values.length; i++) {
        int size = Threshold.size(values[i]);
        if (size < threshold.size() || (size == threshold.size() && ties-- > 0)) {
          values[i] = 0;
        }
        zeros += values[i] == 0 ? 1 : 0;
      }
      pruned.put(tensor.name(), Tensor.ofFloats(tensor.name(), tensor.shape(), values));
    }
    return zeros;
  }
}
