package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators of each element on its own, or of two that lie in the same place. */
public final class ElementwiseOperators {
  private ElementwiseOperators() {}

  public static void register(OperatorTable table) {
    Activations.register(table);
    Rectifiers.register(table);
    Clamps.register(table);
    RealFunctions.register(table);
    Arithmetic.register(table);
    Remainders.register(table);
    Comparisons.register(table);
    Logic.register(table);
    SymbolicSizes.register(table);
  }
}
