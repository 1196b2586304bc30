package dev.fovea.onnx.export;

import dev.fovea.onnx.export.program.ExportedProgram.Bounds;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.List;
import java.util.Map;

/**
 * A program converted to ONNX.
 *
 * @param inputs in the order in which {@code forward} takes them
 * @param outputs in the order in which it returns them
 */
public record Exported(OnnxModel model, List<Port> inputs, List<Port> outputs, Report report) {
  public Exported {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An input or output of the model.
   *
   * @param original what PyTorch calls it; text from the archive, to be escaped where it is shown
   */
  public record Port(ValueInfo value, String original) {
    public String name() {
      return value.name();
    }
  }

  /**
   * What was converted.
   *
   * @param torchVersion as the archive states it; text to be escaped where it is shown
   * @param decomposed whether {@code run_decompositions()} had been called
   * @param operators calls of each ATen operator
   * @param parameterBytes size of all weights and constants in the model
   * @param symbols sizes that depend on the inputs, with the bounds that the exporter stated; a
   *     lower bound of 2 is an artefact of tracing, and 1 works as well
   */
  public record Report(
      String torchVersion,
      boolean decomposed,
      Map<String, Integer> operators,
      long parameterBytes,
      Map<String, Bounds> symbols) {
    public Report {
      operators = Map.copyOf(operators);
      symbols = Map.copyOf(symbols);
    }
  }
}
