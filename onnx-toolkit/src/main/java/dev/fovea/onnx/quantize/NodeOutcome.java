package dev.fovea.onnx.quantize;

/** What became of a node of the prepared float model. */
public sealed interface NodeOutcome {

  /** The node's name; may be empty. */
  String node();

  String opType();

  /** The node's first output, which names it for certain. */
  String output();

  /** Reads and writes quantised tensors, so that the runtime can compute it in integers. */
  record Quantized(String node, String opType, String output) implements NodeOutcome {}

  /** A clamp that the range of the tensor before it does the work of. */
  record Absorbed(String node, String opType, String output) implements NodeOutcome {}

  /**
   * Computes in float.
   *
   * @param reason why, with the value that decided it
   */
  record InFloat(String node, String opType, String output, String reason) implements NodeOutcome {}
}
