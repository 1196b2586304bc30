package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.DataType;
import java.util.Map;

/** Sums, differences, products, quotients and powers with NumPy's broadcasting. */
final class Arithmetic {
  private Arithmetic() {}

  static void register(OperatorTable table) {
    table.add((call, emit) -> sum(call, emit, "Add", "Or"), "aten.add.Tensor", "aten.add.Scalar");
    table.add((call, emit) -> sum(call, emit, "Sub", "Xor"), "aten.sub.Tensor", "aten.sub.Scalar");
    table.add(Arithmetic::reverseSub, "aten.rsub.Tensor", "aten.rsub.Scalar");
    table.add(
        (call, emit) -> {
          var type = type(call);
          return emit.node(
              type == DataType.BOOL ? "And" : "Mul",
              emit.operand(call, "self", type),
              emit.operand(call, "other", type));
        },
        "aten.mul.Tensor",
        "aten.mul.Scalar");
    table.add(
        Arithmetic::quotient,
        "aten.div.Tensor",
        "aten.div.Scalar",
        "aten.div.Tensor_mode",
        "aten.div.Scalar_mode");
    table.add(Arithmetic::power, "aten.pow.Tensor_Scalar");
    // Python's operators on sizes, which number their arguments. Quotients of sizes are not
    // negative.
    Map.of("add", "Add", "sub", "Sub", "mul", "Mul", "floordiv", "Div")
        .forEach((name, opType) ->
            table.add(
                (call, emit) ->
                    emit.node(opType, emit.sizes().of(call, "a"), emit.sizes().of(call, "b")),
                "_operator." + name));
    table.add(
        (call, emit) -> {
          var self = call.tensor("self");
          int axis = call.axis("dim", self.rank());
          return self.meta()
              .size(axis)
              .map(size -> emit.longs(size))
              .orElseGet(() -> emit.sizes().of(self.name(), axis));
        },
        "aten.sym_size.int");
  }

  private static String sum(Call call, Emission emit, String opType, String boolType) {
    var type = type(call);
    return emit.node(
        type == DataType.BOOL ? boolType : opType,
        emit.operand(call, "self", type),
        scaled(call, emit, emit.operand(call, "other", type), type));
  }

  private static String reverseSub(Call call, Emission emit) {
    var type = type(call);
    return emit.node(
        "Sub",
        emit.operand(call, "other", type),
        scaled(call, emit, emit.operand(call, "self", type), type));
  }

  private static String scaled(Call call, Emission emit, String value, DataType type) {
    double alpha = call.real("alpha");
    return alpha == 1 ? value : emit.node("Mul", value, emit.scalar(type, alpha));
  }

  private static String quotient(Call call, Emission emit) {
    var type = type(call);
    var a = emit.operand(call, "self", type);
    var b = emit.operand(call, "other", type);
    var mode = call.has("rounding_mode") ? call.text("rounding_mode").orElse("") : "";
    return switch (mode) {
      case "" -> emit.node("Div", a, b);
      case "floor" ->
          type.isFloating()
              ? emit.node("Floor", emit.node("Div", a, b))
              // ONNX cuts integer quotients towards zero; its Mod has the sign of the divisor.
              : emit.node("Div", emit.node("Sub", a, emit.node("Mod", a, b)), b);
      case "trunc" -> {
        var quotient = emit.node("Div", a, b);
        yield type.isFloating()
            ? emit.node(
                "Mul", emit.node("Sign", quotient), emit.node("Floor", emit.node("Abs", quotient)))
            : quotient;
      }
      default -> throw call.refuse("rounds in the mode '%s'".formatted(mode));
    };
  }

  private static String power(Call call, Emission emit) {
    var type = type(call);
    var base = emit.operand(call, "self", type);
    double exponent = call.real("exponent");
    return exponent == 2
        ? emit.node("Mul", base, base)
        : emit.node("Pow", base, emit.scalar(type, exponent));
  }

  private static DataType type(Call call) {
    return call.result().type().onnx();
  }
}
