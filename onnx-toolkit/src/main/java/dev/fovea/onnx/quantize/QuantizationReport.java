package dev.fovea.onnx.quantize;

import java.util.List;

/**
 * What was quantised.
 *
 * @param nodes one outcome for each node of the prepared float model, in its order
 * @param bytesBefore size of the float model as it was given
 * @param bytesAfter size of the INT8 model
 */
public record QuantizationReport(List<NodeOutcome> nodes, long bytesBefore, long bytesAfter) {
  public QuantizationReport {
    nodes = List.copyOf(nodes);
  }

  /** The nodes that stayed in float, each with its reason. */
  public List<NodeOutcome.InFloat> inFloat() {
    return nodes.stream()
        .filter(NodeOutcome.InFloat.class::isInstance)
        .map(NodeOutcome.InFloat.class::cast)
        .toList();
  }
}
