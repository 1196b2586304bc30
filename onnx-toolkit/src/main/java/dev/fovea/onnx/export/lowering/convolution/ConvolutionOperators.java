package dev.fovea.onnx.export.lowering.convolution;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that move a window over an image. */
public final class ConvolutionOperators {
  private ConvolutionOperators() {}

  public static void register(OperatorTable table) {
    Convolutions.register(table);
    Poolings.register(table);
    AdaptivePoolings.register(table);
  }
}
