package dev.fovea.onnx.export.lowering.reduction;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Variances, standard deviations and norms. */
final class Deviations {
  private Deviations() {}

  static void register(OperatorTable table) {
    table.add(
        (call, emit) -> variance(call, emit, mean(call, emit)),
        "aten.var.correction",
        "aten.var.dim",
        "aten.var.default");
    table.add(
        (call, emit) -> emit.node("Sqrt", variance(call, emit, mean(call, emit))),
        "aten.std.correction",
        "aten.std.dim",
        "aten.std.default");
    table.addList(
        (call, emit) -> {
          var mean = mean(call, emit);
          return List.of(variance(call, emit, mean), reduced(call, emit, mean));
        },
        "aten.var_mean.correction",
        "aten.var_mean.dim",
        "aten.var_mean.default");
    table.addList(
        (call, emit) -> {
          var mean = mean(call, emit);
          return List.of(emit.node("Sqrt", variance(call, emit, mean)), reduced(call, emit, mean));
        },
        "aten.std_mean.correction",
        "aten.std_mean.dim",
        "aten.std_mean.default");
    table.add(
        (call, emit) -> norm(call, emit, call.real("ord")), "aten.linalg_vector_norm.default");
    table.add(
        (call, emit) -> norm(call, emit, call.optionalReal("p").orElse(2.0)),
        "aten.norm.ScalarOpt_dim",
        "aten.norm.Scalar");
  }

  /** The means, with the axes over which they were taken. */
  private static String mean(Call call, Emission emit) {
    return emit.node(
        "ReduceMean",
        List.of(input(call, emit), emit.longs(axes(call))),
        Map.of("keepdims", Attribute.of(1)));
  }

  private static String reduced(Call call, Emission emit, String mean) {
    var axes = axes(call);
    return keeps(call) || axes.isEmpty() ? mean : emit.node("Squeeze", mean, emit.longs(axes));
  }

  private static String variance(Call call, Emission emit, String mean) {
    var off = emit.node("Sub", input(call, emit), mean);
    return emit.node(
        "Div", reduce(call, emit, "ReduceSum", emit.node("Mul", off, off)), divisor(call, emit));
  }

  /** How many values there are, less the correction. */
  private static String divisor(Call call, Emission emit) {
    var self = call.tensor("self");
    var type = type(call);
    double correction =
        call.has("correction")
            ? call.optionalReal("correction").orElse(1.0)
            : call.flag("unbiased") ? 1 : 0;
    double known = 1;
    var asked = new ArrayList<String>();
    for (long axis : axes(call)) {
      var size = self.meta().size((int) axis);
      if (size.isPresent()) {
        known *= size.get();
      } else {
        asked.add(emit.sizes().of(self.name(), (int) axis));
      }
    }
    if (asked.isEmpty()) {
      return emit.scalar(type, Math.max(known - correction, 0));
    }
    var count =
        emit.node(
            "ReduceProd", List.of(emit.sizes().joined(asked)), Map.of("keepdims", Attribute.of(0)));
    var all = emit.node("Mul", emit.cast(count, type), emit.scalar(type, known));
    return emit.node(
        "Max", emit.node("Sub", all, emit.scalar(type, correction)), emit.scalar(type, 0));
  }

  private static String norm(Call call, Emission emit, double order) {
    var type = type(call);
    var x = input(call, emit);
    if (order == 2) {
      return reduce(call, emit, "ReduceL2", x);
    }
    if (order == 1) {
      return reduce(call, emit, "ReduceL1", x);
    }
    if (order == 0) {
      var nonzero = emit.node("Not", emit.node("Equal", x, emit.scalar(type, 0)));
      return reduce(call, emit, "ReduceSum", emit.cast(nonzero, type));
    }
    var sizes = emit.node("Abs", x);
    if (Double.isInfinite(order)) {
      return reduce(call, emit, order > 0 ? "ReduceMax" : "ReduceMin", sizes);
    }
    var powers = emit.node("Pow", sizes, emit.scalar(type, order));
    return emit.node("Pow", reduce(call, emit, "ReduceSum", powers), emit.scalar(type, 1 / order));
  }

  private static String reduce(Call call, Emission emit, String opType, String value) {
    return emit.node(
        opType,
        List.of(value, emit.longs(axes(call))),
        Map.of("keepdims", Attribute.of(keeps(call) ? 1 : 0)));
  }

  private static List<Long> axes(Call call) {
    int rank = call.tensor("self").rank();
    return rank > 0 && call.given("dim") && !call.sizes("dim").isEmpty()
        ? call.integers("dim").stream().map(axis -> (long) call.axis(axis, rank)).toList()
        : LongStream.range(0, rank).boxed().toList();
  }

  private static boolean keeps(Call call) {
    return call.has("keepdim") && call.flag("keepdim");
  }

  private static String input(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), type(call));
  }

  private static DataType type(Call call) {
    return call.result().type().onnx();
  }
}
