package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Truth values, single bits, and choices between numbers. */
final class Logic {
  private Logic() {}

  static void register(OperatorTable table) {
    Map.of("and", "And", "or", "Or", "xor", "Xor")
        .forEach((aten, onnx) -> {
          table.add(
              (call, emit) -> {
                var result =
                    emit.node(
                        onnx,
                        emit.cast(call.tensor("self"), DataType.BOOL),
                        emit.cast(call.tensor("other"), DataType.BOOL));
                // In place the result has the type of the argument.
                var type = call.result().type().onnx();
                return type == DataType.BOOL ? result : emit.cast(result, type);
              },
              "aten.logical_" + aten + ".default");
          table.add(
              (call, emit) -> bitwise(call, emit, onnx),
              "aten.bitwise_" + aten + ".Tensor",
              "aten.bitwise_" + aten + ".Scalar",
              "aten.__" + aten + "__.Tensor",
              "aten.__" + aten + "__.Scalar");
        });
    table.add(
        (call, emit) -> truth(call, emit, "ReduceMax"),
        "aten.any.default",
        "aten.any.dim",
        "aten.any.dims");
    table.add(
        (call, emit) -> truth(call, emit, "ReduceMin"),
        "aten.all.default",
        "aten.all.dim",
        "aten.all.dims");
    table.add(
        (call, emit) -> {
          var self = call.tensor("self");
          return emit.node(self.type() == DataType.BOOL ? "Not" : "BitwiseNot", self.name());
        },
        "aten.bitwise_not.default");
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          return emit.node(
              "Where",
              emit.cast(call.tensor("condition"), DataType.BOOL),
              emit.operand(call, "self", type),
              emit.operand(call, "other", type));
        },
        "aten.where.self",
        "aten.where.ScalarSelf",
        "aten.where.ScalarOther",
        "aten.where.Scalar");
  }

  private static String bitwise(Call call, Emission emit, String onnx) {
    var type = call.result().type().onnx();
    if (type == DataType.BOOL && call.argument("other") instanceof Argument.Real) {
      throw call.refuse("joins truth values with a fraction");
    }
    return emit.node(
        type == DataType.BOOL ? onnx : "Bitwise" + onnx,
        emit.operand(call, "self", type),
        emit.operand(call, "other", type));
  }

  /** Whether any, or all, elements along some axes are true. */
  private static String truth(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    var numbers = emit.cast(emit.cast(self, DataType.BOOL), DataType.INT32);
    boolean keep = call.has("keepdim") && call.flag("keepdim");
    var inputs = new ArrayList<>(List.of(numbers));
    if (self.rank() > 0 && call.given("dim") && !call.sizes("dim").isEmpty()) {
      inputs.add(
          emit.longs(
              call.integers("dim").stream()
                  .map(axis -> (long) call.axis(axis, self.rank()))
                  .toList()));
    }
    var reduced = emit.node(opType, inputs, Map.of("keepdims", Attribute.of(keep ? 1 : 0)));
    return emit.cast(reduced, call.result().type().onnx());
  }
}
