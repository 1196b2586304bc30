package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.DataType;
import java.util.Map;

/** Functions of a number that are no activations: trigonometry, logarithms, powers, rounding. */
final class RealFunctions {
  /** 10 to this power is still an exact double. */
  private static final int MOST_DECIMALS = 22;

  private RealFunctions() {}

  static void register(OperatorTable table) {
    Map.ofEntries(
            Map.entry("sin", "Sin"),
            Map.entry("cos", "Cos"),
            Map.entry("tan", "Tan"),
            Map.entry("asin", "Asin"),
            Map.entry("acos", "Acos"),
            Map.entry("atan", "Atan"),
            Map.entry("sinh", "Sinh"),
            Map.entry("cosh", "Cosh"),
            Map.entry("asinh", "Asinh"),
            Map.entry("acosh", "Acosh"),
            Map.entry("atanh", "Atanh"),
            Map.entry("sign", "Sign"),
            Map.entry("sgn", "Sign"))
        .forEach((aten, onnx) ->
            table.add(
                (call, emit) -> emit.node(onnx, input(call, emit)), "aten." + aten + ".default"));
    table.add(
        (call, emit) -> emit.node("Reciprocal", emit.node("Sqrt", input(call, emit))),
        "aten.rsqrt.default");
    table.add(
        (call, emit) -> {
          var x = input(call, emit);
          return emit.node("Mul", x, x);
        },
        "aten.square.default");
    table.add(
        (call, emit) -> emit.node("Pow", emit.scalar(type(call), 2), input(call, emit)),
        "aten.exp2.default");
    table.add((call, emit) -> log(call, emit, 2), "aten.log2.default");
    table.add((call, emit) -> log(call, emit, 10), "aten.log10.default");
    table.add(RealFunctions::expm1, "aten.expm1.default");
    table.add(
        (call, emit) ->
            emit.node("Sub", emit.scalar(type(call), 1), emit.node("Erf", input(call, emit))),
        "aten.erfc.default");
    table.add(RealFunctions::logit, "aten.logit.default");
    table.add((call, emit) -> whole(call, emit, "Floor"), "aten.floor.default");
    table.add((call, emit) -> whole(call, emit, "Ceil"), "aten.ceil.default");
    table.add((call, emit) -> whole(call, emit, "Round"), "aten.round.default");
    table.add(RealFunctions::roundDecimals, "aten.round.decimals");
    table.add(RealFunctions::trunc, "aten.trunc.default", "aten.fix.default");
    table.add(
        (call, emit) -> emit.node("Sub", input(call, emit), trunc(call, emit)),
        "aten.frac.default");
    table.add(
        (call, emit) ->
            emit.node(
                "Pow",
                emit.operand(call, "self", type(call)),
                emit.operand(call, "exponent", type(call))),
        "aten.pow.Scalar",
        "aten.pow.Tensor_Tensor");
    table.add((call, emit) -> question(call, emit, "IsNaN"), "aten.isnan.default");
    table.add((call, emit) -> question(call, emit, "IsInf"), "aten.isinf.default");
  }

  private static String log(Call call, Emission emit, double base) {
    return emit.node(
        "Mul", emit.node("Log", input(call, emit)), emit.scalar(type(call), 1 / Math.log(base)));
  }

  /**
   * {@code exp(x) - 1} without the loss of small x: with u = exp(x) as rounded, (u - 1) x / log(u)
   * undoes the rounding (Kahan; Higham 2002, algorithm 1.14.2); x itself where u is 1, -1 where it
   * is 0, infinity where it is infinite.
   */
  private static String expm1(Call call, Emission emit) {
    var type = type(call);
    var x = input(call, emit);
    var one = emit.scalar(type, 1);
    var u = emit.node("Exp", x);
    var less = emit.node("Sub", u, one);
    var corrected = emit.node("Div", emit.node("Mul", less, x), emit.node("Log", u));
    var plain = emit.node("Or", emit.node("Equal", u, emit.scalar(type, 0)), emit.node("IsInf", u));
    var large = emit.node("Where", plain, less, corrected);
    return emit.node("Where", emit.node("Equal", u, one), x, large);
  }

  private static String logit(Call call, Emission emit) {
    var type = type(call);
    var x = input(call, emit);
    var eps = call.optionalReal("eps");
    if (eps.isPresent()) {
      x = emit.node("Clip", x, emit.scalar(type, eps.get()), emit.scalar(type, 1 - eps.get()));
    }
    return emit.node("Log", emit.node("Div", x, emit.node("Sub", emit.scalar(type, 1), x)));
  }

  /** Integers are whole already, and ONNX rounds no integers. */
  private static String whole(Call call, Emission emit, String opType) {
    return type(call).isFloating() ? emit.node(opType, input(call, emit)) : input(call, emit);
  }

  /** Half goes to the even neighbour, in ONNX as in PyTorch. */
  private static String roundDecimals(Call call, Emission emit) {
    long decimals = call.integer("decimals");
    if (decimals < -MOST_DECIMALS || decimals > MOST_DECIMALS) {
      throw call.refuse(
          "rounds to %d decimals (expected: -%d to %d)"
              .formatted(decimals, MOST_DECIMALS, MOST_DECIMALS));
    }
    if (decimals == 0 || !type(call).isFloating()) {
      return whole(call, emit, "Round");
    }
    var unit = emit.scalar(type(call), Math.pow(10, (double) Math.abs(decimals)));
    var there = decimals > 0 ? "Mul" : "Div";
    var back = decimals > 0 ? "Div" : "Mul";
    return emit.node(back, emit.node("Round", emit.node(there, input(call, emit), unit)), unit);
  }

  private static String trunc(Call call, Emission emit) {
    var x = input(call, emit);
    return type(call).isFloating()
        ? emit.node("Mul", emit.node("Sign", x), emit.node("Floor", emit.node("Abs", x)))
        : x;
  }

  private static String question(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    var asked = self.type().isFloating() ? self.name() : emit.cast(self, DataType.FLOAT);
    return emit.node(opType, asked);
  }

  private static String input(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), type(call));
  }

  private static DataType type(Call call) {
    return call.result().type().onnx();
  }
}
