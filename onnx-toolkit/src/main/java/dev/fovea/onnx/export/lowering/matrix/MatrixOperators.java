package dev.fovea.onnx.export.lowering.matrix;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The products of matrices, and attention. */
public final class MatrixOperators {
  private MatrixOperators() {}

  public static void register(OperatorTable table) {
    Products.register(table);
    Attention.register(table);
  }
}
