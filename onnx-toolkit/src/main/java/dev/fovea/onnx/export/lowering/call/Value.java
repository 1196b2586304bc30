package dev.fovea.onnx.export.lowering.call;

import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.DataType;

/** A tensor of the program under the name that it has in the ONNX graph. */
public record Value(String name, TensorMeta meta) {
  public DataType type() {
    return meta.type().onnx();
  }

  public int rank() {
    return meta.rank();
  }
}
