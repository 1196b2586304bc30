package dev.fovea.onnx.quantize.search;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An operator that computes in integers, with the clamps and the moves of values behind it, which
 * are quantised only because it is.
 *
 * @param output the operator's first output, which names it for certain
 * @param node the operator's name; may be empty
 * @param nodes first outputs of the operator and of those behind it
 * @param around {@code nodes}, and those of every operator that writes or reads a tensor that this
 *     one reads: with all of these in float, its inputs are not rounded either
 */
public record OperatorGroup(
    String output, String node, String opType, Set<String> nodes, Set<String> around) {
  public OperatorGroup {
    nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
    around = Collections.unmodifiableSet(new LinkedHashSet<>(around));
  }

  /** The operator as people know it. */
  public String words() {
    return "%s '%s'".formatted(opType, node.isEmpty() ? output : node);
  }
}
