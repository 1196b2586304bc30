package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;

/** What divisions leave over, and those that round down. */
final class Remainders {
  private Remainders() {}

  static void register(OperatorTable table) {
    table.add(Remainders::fmod, "aten.fmod.Tensor", "aten.fmod.Scalar");
    table.add(
        Remainders::remainder,
        "aten.remainder.Tensor",
        "aten.remainder.Scalar",
        "aten.remainder.Scalar_Tensor");
    table.add(Remainders::floorDivide, "aten.floor_divide.default", "aten.floor_divide.Scalar");
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
    var opposed = emit.node("Xor", emit.node("Less", rest, zero), emit.node("Less", divisor, zero));
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
