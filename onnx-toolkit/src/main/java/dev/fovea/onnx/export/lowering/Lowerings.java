package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.lowering.convolution.ConvolutionOperators;
import dev.fovea.onnx.export.lowering.creation.Constants;
import dev.fovea.onnx.export.lowering.elementwise.ElementwiseOperators;
import dev.fovea.onnx.export.lowering.indexing.IndexingOperators;
import dev.fovea.onnx.export.lowering.matrix.MatrixOperators;
import dev.fovea.onnx.export.lowering.normalization.NormalizationOperators;
import dev.fovea.onnx.export.lowering.recurrent.Recurrent;
import dev.fovea.onnx.export.lowering.reduction.ReductionOperators;
import dev.fovea.onnx.export.lowering.resizing.ResizingOperators;
import dev.fovea.onnx.export.lowering.shape.ShapeOperators;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import java.util.Set;

/** All operators that are converted, family by family, and those that are left out. */
final class Lowerings {
  static final OperatorTable ALL = all();

  /** Checks for the exporter's own sake, and truth values of sizes, which only they use. */
  private static final Set<String> CHECKS =
      Set.of(
          "aten._assert_tensor_metadata.default",
          "aten._assert_scalar.default",
          "aten._assert_async.default",
          "aten._assert_async.msg",
          "aten.sym_constrain_range.default",
          "aten.sym_constrain_range_for_size.default",
          "_operator.and_",
          "_operator.or_",
          "_operator.eq",
          "_operator.ne",
          "_operator.le",
          "_operator.lt",
          "_operator.ge",
          "_operator.gt",
          "torch.sym_not");

  private Lowerings() {}

  static boolean isCheck(String operator) {
    return CHECKS.contains(operator);
  }

  private static OperatorTable all() {
    var table = new OperatorTable();
    ElementwiseOperators.register(table);
    ShapeOperators.register(table);
    ConvolutionOperators.register(table);
    NormalizationOperators.register(table);
    ReductionOperators.register(table);
    MatrixOperators.register(table);
    Recurrent.register(table);
    IndexingOperators.register(table);
    ResizingOperators.register(table);
    Constants.register(table);
    return table;
  }
}
