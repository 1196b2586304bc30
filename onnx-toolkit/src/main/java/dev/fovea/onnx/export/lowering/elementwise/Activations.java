package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.List;
import java.util.Map;

/** Functions of one element at a time, and softmax. */
final class Activations {
  private Activations() {}

  static void register(OperatorTable table) {
    Map.ofEntries(
            Map.entry("relu", "Relu"),
            Map.entry("sigmoid", "Sigmoid"),
            Map.entry("tanh", "Tanh"),
            Map.entry("exp", "Exp"),
            Map.entry("log", "Log"),
            Map.entry("sqrt", "Sqrt"),
            Map.entry("neg", "Neg"),
            Map.entry("abs", "Abs"),
            Map.entry("erf", "Erf"),
            Map.entry("reciprocal", "Reciprocal"),
            Map.entry("hardswish", "HardSwish"),
            Map.entry("mish", "Mish"))
        .forEach((aten, onnx) ->
            table.add(
                (call, emit) -> emit.node(onnx, input(call, emit)), "aten." + aten + ".default"));
    table.add(Activations::log1p, "aten.log1p.default");
    table.add(Activations::silu, "aten.silu.default");
    table.add(
        (call, emit) -> with(emit, "Gelu", input(call, emit), "approximate", gelu(call)),
        "aten.gelu.default");
    table.add(
        (call, emit) ->
            emit.node(
                "HardSigmoid",
                List.of(input(call, emit)),
                Map.of("alpha", Attribute.of(1f / 6), "beta", Attribute.of(0.5f))),
        "aten.hardsigmoid.default");
    table.add(
        (call, emit) ->
            with(
                emit,
                "LeakyRelu",
                input(call, emit),
                "alpha",
                Attribute.of((float) call.real("negative_slope"))),
        "aten.leaky_relu.default");
    table.add(
        (call, emit) -> softmax(call, emit, "Softmax"),
        "aten.softmax.int",
        "aten._softmax.default");
    table.add(
        (call, emit) -> softmax(call, emit, "LogSoftmax"),
        "aten.log_softmax.int",
        "aten._log_softmax.default");
  }

  /** The argument in the type of the result: PyTorch lifts integers to floats first. */
  private static String input(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), call.result().type().onnx());
  }

  /**
   * {@code log(1 + x)} without the loss of small x: with u = 1 + x as rounded, log(u) x / (u - 1)
   * undoes the rounding (Goldberg 1991, theorem 4); x itself where u is 1, infinity where u is.
   */
  private static String log1p(Call call, Emission emit) {
    var type = call.result().type().onnx();
    var x = input(call, emit);
    var one = emit.scalar(type, 1);
    var u = emit.node("Add", x, one);
    var corrected =
        emit.node("Mul", emit.node("Log", u), emit.node("Div", x, emit.node("Sub", u, one)));
    var finite = emit.node("Where", emit.node("IsInf", u), u, corrected);
    return emit.node("Where", emit.node("Equal", u, one), x, finite);
  }

  private static String silu(Call call, Emission emit) {
    var input = input(call, emit);
    return emit.node("Mul", input, emit.node("Sigmoid", input));
  }

  private static Attribute gelu(Call call) {
    return switch (call.text("approximate").orElse("none")) {
      case "none" -> Attribute.of("none");
      case "tanh" -> Attribute.of("tanh");
      default -> throw call.refuse("approximates in an unknown way");
    };
  }

  private static String softmax(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    return with(
        emit, opType, input(call, emit), "axis", Attribute.of(call.axis("dim", self.rank())));
  }

  private static String with(
      Emission emit, String opType, String input, String key, Attribute value) {
    return emit.node(opType, List.of(input), Map.of(key, value));
  }
}
