package dev.fovea.onnx.graph;

/** Counts what a model makes the reader allocate and stops it at the limits. */
final class ReadBudget {
  private final ReadLimits limits;
  private int items;
  private int nesting;
  private long expandedBytes;

  ReadBudget(ReadLimits limits) {
    this.limits = limits;
  }

  void item() {
    if (++items > limits.maxItems()) {
      throw UnreadableOnnx.tooLarge(
          "more than %d nodes, names, dimensions and values", limits.maxItems());
    }
  }

  void expand(long bytes) {
    expandedBytes += bytes;
    if (expandedBytes > limits.maxExpandedBytes()) {
      throw UnreadableOnnx.tooLarge(
          "tensors stored as numbers take more than %d bytes (expected: raw data)",
          limits.maxExpandedBytes());
    }
  }

  void enterSubgraph() {
    if (++nesting > limits.maxNesting()) {
      throw new UnreadableOnnx(
          UnreadableOnnx.Flaw.TOO_DEEP,
          "ONNX: subgraphs nested deeper than %d".formatted(limits.maxNesting()),
          "Export the model without nested control flow.");
    }
  }

  void leaveSubgraph() {
    nesting--;
  }
}
