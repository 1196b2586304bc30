package dev.fovea.onnx.export.lowering.normalization;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that bring values to one mean and scale. */
public final class NormalizationOperators {
  private NormalizationOperators() {}

  public static void register(OperatorTable table) {
    Normalizations.register(table);
    SampleNormalizations.register(table);
    RootMeanSquare.register(table);
  }
}
