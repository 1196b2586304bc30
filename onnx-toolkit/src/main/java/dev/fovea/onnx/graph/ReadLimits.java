package dev.fovea.onnx.graph;

/**
 * What a reader accepts before it gives up on a file.
 *
 * @param maxBytes size of the file; protobuf itself ends at 2 GiB
 * @param maxItems names, nodes, attributes, dimensions and list elements in the whole model
 * @param maxNesting subgraphs inside subgraphs
 * @param maxExpandedBytes memory for tensors that are stored as numbers and not as raw bytes
 */
public record ReadLimits(long maxBytes, int maxItems, int maxNesting, long maxExpandedBytes) {
  /** Enough for the largest vision models: 2 GiB - 1 bytes, 8 million items. */
  public static final ReadLimits DEFAULT =
      new ReadLimits(Integer.MAX_VALUE, 8_000_000, 16, 256L << 20);

  public ReadLimits {
    if (maxBytes < 0 || maxBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "max bytes: %d (expected: 0 to %d)".formatted(maxBytes, Integer.MAX_VALUE));
    }
    if (maxItems < 0 || maxNesting < 0 || maxExpandedBytes < 0) {
      throw new IllegalArgumentException("limits: negative (expected: >= 0)");
    }
  }
}
