package dev.fovea.onnx.export.lowering.indexing;

import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** The operators that take or replace elements by indices. */
public final class IndexingOperators {
  private IndexingOperators() {}

  public static void register(OperatorTable table) {
    Indexing.register(table);
    Scattering.register(table);
  }
}
