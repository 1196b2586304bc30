package dev.fovea.onnx.export.program;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A program as {@code torch.export.save} writes it. Every name is defined once and before its use.
 *
 * @param inputs in the order of the graph's inputs
 * @param outputs in the order of the graph's outputs
 * @param calls in an order in which they can run
 * @param tensors type and shape of every tensor by name
 * @param bounds what the exporter assumed about symbols, by symbol or expression
 * @param outputKeys keys of the returned dictionary; empty if something else is returned
 * @param decomposed whether {@code run_decompositions()} was called
 */
public record ExportedProgram(
    List<InputSpec> inputs,
    List<OutputSpec> outputs,
    List<OperatorCall> calls,
    Map<String, TensorMeta> tensors,
    Map<String, Bounds> bounds,
    List<String> outputKeys,
    String torchVersion,
    boolean decomposed) {

  public ExportedProgram {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    calls = List.copyOf(calls);
    tensors = Map.copyOf(tensors);
    bounds = Map.copyOf(bounds);
    outputKeys = List.copyOf(outputKeys);
  }

  /** Smallest and largest value of a symbol, as far as the exporter stated them. */
  public record Bounds(OptionalLong min, OptionalLong max) {}
}
