package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.graph.DataType;
import java.util.Map;

/** Comparisons and choices. */
final class Comparisons {
  private static final int FLOATING = 2;

  private Comparisons() {}

  static void register(OperatorTable table) {
    Map.of(
            "eq",
            "Equal",
            "lt",
            "Less",
            "le",
            "LessOrEqual",
            "gt",
            "Greater",
            "ge",
            "GreaterOrEqual")
        .forEach((aten, onnx) ->
            table.add(
                (call, emit) -> compare(call, emit, onnx),
                "aten." + aten + ".Scalar",
                "aten." + aten + ".Tensor"));
    table.add(
        (call, emit) ->
            truth(call, emit, emit.node("Not", emit.node("Equal", operands(call, emit)))),
        "aten.ne.Scalar",
        "aten.ne.Tensor");
    table.add(
        (call, emit) ->
            truth(call, emit, emit.node("Not", emit.cast(call.tensor("self"), DataType.BOOL))),
        "aten.logical_not.default");
  }

  private static String compare(Call call, Emission emit, String opType) {
    return truth(call, emit, emit.node(opType, operands(call, emit)));
  }

  private static String[] operands(Call call, Emission emit) {
    var type = common(call);
    return new String[] {emit.operand(call, "self", type), emit.operand(call, "other", type)};
  }

  /** Truth in the type of the result, which in place is that of the argument. */
  private static String truth(Call call, Emission emit, String name) {
    var type = call.result().type().onnx();
    return type == DataType.BOOL ? name : emit.cast(name, type);
  }

  /** The type in which PyTorch compares. */
  private static DataType common(Call call) {
    var self = call.tensor("self");
    if (!call.isTensor("other")) {
      int category = call.argument("other") instanceof Argument.Real ? FLOATING : 1;
      return category <= category(self.type())
          ? self.type()
          : category == FLOATING ? DataType.FLOAT : DataType.INT64;
    }
    var other = call.tensor("other");
    int categories = Integer.compare(category(self.type()), category(other.type()));
    if (categories != 0) {
      return categories > 0 ? self.type() : other.type();
    }
    // Within a category a tensor without axes has no say.
    if ((self.rank() == 0) != (other.rank() == 0)) {
      return self.rank() == 0 ? other.type() : self.type();
    }
    if (self.type() != other.type() && self.type().bits() == other.type().bits()) {
      throw call.refuse("compares %s with %s".formatted(self.type(), other.type()));
    }
    return self.type().bits() > other.type().bits() ? self.type() : other.type();
  }

  private static int category(DataType type) {
    return type == DataType.BOOL ? 0 : type.isFloating() ? FLOATING : 1;
  }
}
