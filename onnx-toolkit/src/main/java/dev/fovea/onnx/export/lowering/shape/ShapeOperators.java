package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that move, repeat or surround elements and change none. */
public final class ShapeOperators {
  private ShapeOperators() {}

  public static void register(OperatorTable table) {
    Shapes.register(table);
    Views.register(table);
    Repetitions.register(table);
    Rearranging.register(table);
    Paddings.register(table);
  }
}
