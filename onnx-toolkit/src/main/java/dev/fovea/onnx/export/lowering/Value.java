package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.DataType;

/** A tensor of the program under the name that it has in the ONNX graph. */
record Value(String name, TensorMeta meta) {
  DataType type() {
    return meta.type().onnx();
  }

  int rank() {
    return meta.rank();
  }
}
