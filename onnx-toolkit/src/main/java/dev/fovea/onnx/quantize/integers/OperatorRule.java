package dev.fovea.onnx.quantize.integers;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * How ONNX's own operators are quantised: those that ONNX Runtime's CPU kernels compute in
 * integers.
 */
public enum OperatorRule {
  /** Input and output by their ranges, weights by output channel (axis 0), bias in 32 bits. */
  CONVOLUTION("Conv"),
  /** As a convolution, with the weights' axis as {@code transB} says. */
  GEMM("Gemm"),
  /** Constant factors as weights, the others by their ranges. */
  MATMUL("MatMul"),
  /** Goes where the quantised range of its output ends at its bounds anyway. */
  CLAMP("Relu", "Clip"),
  /** Moves or selects values: the output has the input's scale, if the input is quantised. */
  SHARES_INPUT(
      "AveragePool",
      "Flatten",
      "Gather",
      "GatherElements",
      "MaxPool",
      "Reshape",
      "Resize",
      "Slice",
      "Split",
      "Squeeze",
      "Transpose",
      "Unsqueeze"),
  /** Every float input and output by its own range. */
  OWN_RANGES(
      "Add", "ArgMax", "Concat", "GlobalAveragePool", "LeakyRelu", "Mul", "Sigmoid", "Softmax");

  @SuppressWarnings("ImmutableEnumChecker") // Set.of gives an immutable set
  private final Set<String> opTypes;

  OperatorRule(String... opTypes) {
    this.opTypes = Set.of(opTypes);
  }

  /** The rule for an operator type; empty if there is no integer kernel. */
  public static Optional<OperatorRule> of(String opType) {
    return Arrays.stream(values()).filter(rule -> rule.opTypes.contains(opType)).findFirst();
  }
}
