package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.List;
import java.util.Optional;

/** Which nodes have weights and biases that can be cut without anybody else's noticing. */
final class OwnWeights {
  private final Constants constants;
  private final TensorUses uses;

  OwnWeights(Constants constants, TensorUses uses) {
    this.constants = constants;
    this.uses = uses;
  }

  /** Why a node's weights, its second input, cannot be cut; empty where they can. */
  Optional<String> obstacle(Node node, int leastRank) {
    var name = Preparation.input(node, 1);
    var weights = constants.find(name);
    if (weights.isEmpty()) {
      return Optional.of("its weights '%s' are computed or fed".formatted(name));
    }
    if (weights.get().type() != DataType.FLOAT
        || weights.get().elements() == 0
        || weights.get().shape().size() < leastRank) {
      return Optional.of(
          "its weights '%s' are %s%s".formatted(name, weights.get().type(), weights.get().shape()));
    }
    return uses.of(name) == 1 && !uses.isNested(name)
        ? Optional.empty()
        : Optional.of("its weights '%s' are used %d times".formatted(name, uses.of(name)));
  }

  /** Whether there is a constant of so many floats along one axis. */
  boolean isVector(String name, long length) {
    return constants
        .findFloats(name)
        .filter(each -> each.shape().equals(List.of(length)))
        .isPresent();
  }

  /** Whether a constant has so many floats, all along its last axis. */
  boolean isRow(String name, long length) {
    return constants
        .findFloats(name)
        .filter(each -> each.elements() == length)
        .filter(each -> !each.shape().isEmpty() && each.shape().getLast() == length)
        .isPresent();
  }

  /** Whether a constant is one number. */
  boolean isNumber(String name) {
    return constants.find(name).map(Tensor::elements).filter(each -> each == 1).isPresent();
  }
}
