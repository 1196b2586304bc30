package dev.fovea.onnx.export.lowering.resizing;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that look at an image between its pixels. */
public final class ResizingOperators {
  private ResizingOperators() {}

  public static void register(OperatorTable table) {
    Resizing.register(table);
    Sampling.register(table);
  }
}
