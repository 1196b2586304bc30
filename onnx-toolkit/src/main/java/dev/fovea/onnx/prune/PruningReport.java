package dev.fovea.onnx.prune;

import java.util.List;

/**
 * What pruning came to.
 *
 * @param unit what is counted: {@code weights} or {@code channels}
 * @param all how many there were that could go
 * @param pruned how many of them went; weights that were 0 before count
 * @param left the nodes that were left as they were
 */
public record PruningReport(String unit, long all, long pruned, List<Left> left) {
  public PruningReport {
    left = List.copyOf(left);
  }

  /**
   * A node that was left.
   *
   * @param node its type and name
   * @param why in words
   */
  public record Left(String node, String why) {}

  /** The share that went, of those that could; 0 of none. */
  public double share() {
    return all == 0 ? 0 : pruned / (double) all;
  }
}
