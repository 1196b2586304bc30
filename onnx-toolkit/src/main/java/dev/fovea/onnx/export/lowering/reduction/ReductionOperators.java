package dev.fovea.onnx.export.lowering.reduction;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that make one value, or an order, of all along an axis. */
public final class ReductionOperators {
  private ReductionOperators() {}

  public static void register(OperatorTable table) {
    Reductions.register(table);
    Deviations.register(table);
    Orders.register(table);
  }
}
