package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.DataType;

/** Values kept between bounds that are numbers or tensors. */
final class Clamps {
  private Clamps() {}

  static void register(OperatorTable table) {
    table.add((call, emit) -> between(call, emit, "min_val", "max_val"), "aten.hardtanh.default");
    table.add(
        (call, emit) -> between(call, emit, "min", "max"),
        "aten.clamp.default",
        "aten.clip.default",
        "aten.clamp_min.default",
        "aten.clamp_max.default");
    table.add(
        Clamps::byTensors,
        "aten.clamp.Tensor",
        "aten.clip.Tensor",
        "aten.clamp_min.Tensor",
        "aten.clamp_max.Tensor");
    table.add(
        (call, emit) -> {
          var type = type(call);
          return emit.node(
              "Clip", emit.operand(call, "self", type), emit.scalar(type, 0), emit.scalar(type, 6));
        },
        "aten.relu6.default");
    table.add(
        (call, emit) -> extreme(call, emit, "Max", "Or"), "aten.maximum.default", "aten.max.other");
    table.add(
        (call, emit) -> extreme(call, emit, "Min", "And"),
        "aten.minimum.default",
        "aten.min.other");
  }

  private static String between(Call call, Emission emit, String min, String max) {
    var type = type(call);
    return emit.node(
        "Clip",
        emit.operand(call, "self", type),
        call.optionalReal(min).map(value -> emit.scalar(type, value)).orElse(""),
        call.optionalReal(max).map(value -> emit.scalar(type, value)).orElse(""));
  }

  private static String byTensors(Call call, Emission emit) {
    var type = type(call);
    var value = emit.operand(call, "self", type);
    if (call.given("min")) {
      value = emit.node("Max", value, emit.operand(call, "min", type));
    }
    // The upper bound wins where the two cross, as in PyTorch.
    return call.given("max") ? emit.node("Min", value, emit.operand(call, "max", type)) : value;
  }

  private static String extreme(Call call, Emission emit, String opType, String boolType) {
    var type = type(call);
    return emit.node(
        type == DataType.BOOL ? boolType : opType,
        emit.operand(call, "self", type),
        emit.operand(call, "other", type));
  }

  private static DataType type(Call call) {
    return call.result().type().onnx();
  }
}
