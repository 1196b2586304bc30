package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.graph.DataType;
import java.util.Map;

/** Truth values, single bits, and choices between numbers. */
final class Logic {
  private Logic() {}

  static void register(Lowerings table) {
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
        "aten.where.ScalarSelf",
        "aten.where.ScalarOther",
        "aten.where.Scalar");
    table.add(
        (call, emit) -> emit.node("IsNaN", floating(call, emit)), "aten.isnan.default");
    table.add(
        (call, emit) -> emit.node("IsInf", floating(call, emit)), "aten.isinf.default");
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

  private static String floating(Call call, Emission emit) {
    var self = call.tensor("self");
    return self.type().isFloating() ? self.name() : emit.cast(self, DataType.FLOAT);
  }
}
