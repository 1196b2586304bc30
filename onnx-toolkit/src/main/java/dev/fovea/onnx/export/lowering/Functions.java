package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.graph.DataType;
import java.util.Map;

/** Functions of one or two numbers that are not activations. */
final class Functions {
  private Functions() {}

  static void register(Lowerings table) {
    Map.of(
            "sin", "Sin", "cos", "Cos", "tan", "Tan", "asin", "Asin", "acos", "Acos", "atan",
            "Atan", "sinh", "Sinh", "cosh", "Cosh", "sign", "Sign")
        .forEach((aten, onnx) ->
            table.add(
                (call, emit) -> emit.node(onnx, input(call, emit)), "aten." + aten + ".default"));
    table.add(
        (call, emit) -> emit.node("Reciprocal", emit.node("Sqrt", input(call, emit))),
        "aten.rsqrt.default");
    table.add(
        (call, emit) -> {
          var input = input(call, emit);
          return emit.node("Mul", input, input);
        },
        "aten.square.default");
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          return emit.node("Pow", emit.scalar(type, 2), input(call, emit));
        },
        "aten.exp2.default");
    Map.of("log2", Math.log(2), "log10", Math.log(10))
        .forEach((aten, base) ->
            table.add(
                (call, emit) ->
                    emit.node(
                        "Div",
                        emit.node("Log", input(call, emit)),
                        emit.scalar(call.result().type().onnx(), base)),
                "aten." + aten + ".default"));
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          return emit.node(
              "Pow", emit.operand(call, "self", type), emit.operand(call, "exponent", type));
        },
        "aten.pow.Tensor_Tensor",
        "aten.pow.Scalar");
    table.add(
        (call, emit) -> pair(call, emit, "Max", "Or", "other"),
        "aten.maximum.default",
        "aten.max.other");
    table.add(
        (call, emit) -> pair(call, emit, "Min", "And", "other"),
        "aten.minimum.default",
        "aten.min.other");
    table.add(
        (call, emit) -> pair(call, emit, "Max", "Or", "min"),
        "aten.clamp_min.default",
        "aten.clamp_min.Tensor");
    table.add(
        (call, emit) -> pair(call, emit, "Min", "And", "max"),
        "aten.clamp_max.default",
        "aten.clamp_max.Tensor");
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          var value = input(call, emit);
          if (call.given("min")) {
            value = emit.node("Max", value, emit.operand(call, "min", type));
          }
          return call.given("max")
              ? emit.node("Min", value, emit.operand(call, "max", type))
              : value;
        },
        "aten.clamp.Tensor");
    table.add(Functions::fmod, "aten.fmod.Tensor", "aten.fmod.Scalar");
    table.add(
        Functions::remainder,
        "aten.remainder.Tensor",
        "aten.remainder.Scalar",
        "aten.remainder.Scalar_Tensor");
    table.add(Functions::floorDivide, "aten.floor_divide.default", "aten.floor_divide.Scalar");
  }

  /** The argument in the type of the result: PyTorch lifts integers to floats first. */
  private static String input(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), call.result().type().onnx());
  }

  private static String pair(
      Call call, Emission emit, String opType, String boolType, String other) {
    var type = call.result().type().onnx();
    return emit.node(
        type == DataType.BOOL ? boolType : opType,
        emit.operand(call, "self", type),
        emit.operand(call, other, type));
  }

  /** What a division that cuts towards zero leaves over. */
  private static String fmod(Call call, Emission emit) {
    var type = call.result().type().onnx();
    return emit.fmod(emit.operand(call, "self", type), emit.operand(call, "other", type));
  }

  /** What a division that rounds down leaves over, with the sign of the divisor. */
  private static String remainder(Call call, Emission emit) {
    var type = call.result().type().onnx();
    var divisor = emit.operand(call, "other", type);
    if (!type.isFloating()) {
      return emit.node("Mod", emit.operand(call, "self", type), divisor);
    }
    var rest = emit.fmod(emit.operand(call, "self", type), divisor);
    var zero = emit.scalar(type, 0);
    var opposed =
        emit.node(
            "Xor", emit.node("Less", rest, zero), emit.node("Less", divisor, zero));
    var some = emit.node("Not", emit.node("Equal", rest, zero));
    return emit.node(
        "Where", emit.node("And", some, opposed), emit.node("Add", rest, divisor), rest);
  }

  private static String floorDivide(Call call, Emission emit) {
    var type = call.result().type().onnx();
    var a = emit.operand(call, "self", type);
    var b = emit.operand(call, "other", type);
    // ONNX cuts integer quotients towards zero; its Mod has the sign of the divisor.
    return type.isFloating()
        ? emit.node("Floor", emit.node("Div", a, b))
        : emit.node("Div", emit.node("Sub", a, emit.node("Mod", a, b)), b);
  }
}
