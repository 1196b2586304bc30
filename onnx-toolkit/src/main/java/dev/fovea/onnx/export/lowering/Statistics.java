package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Variances, norms, products and truth over axes. */
final class Statistics {
  private Statistics() {}

  static void register(Lowerings table) {
    table.add(
        (call, emit) -> spread(call, emit).getFirst(),
        "aten.var.default",
        "aten.var.dim",
        "aten.var.correction");
    table.addList(
        Statistics::spread,
        "aten.var_mean.default",
        "aten.var_mean.dim",
        "aten.var_mean.correction");
    table.add(
        (call, emit) -> emit.node("Sqrt", spread(call, emit).getFirst()),
        "aten.std.default",
        "aten.std.dim",
        "aten.std.correction");
    table.add(
        (call, emit) -> norm(call, emit, call.real("ord")), "aten.linalg_vector_norm.default");
    table.add(
        (call, emit) -> norm(call, emit, call.given("p") ? call.real("p") : 2),
        "aten.norm.Scalar",
        "aten.norm.ScalarOpt_dim");
    table.add(
        (call, emit) -> plain(call, emit, "ReduceProd"), "aten.prod.default", "aten.prod.dim_int");
    table.add((call, emit) -> plain(call, emit, "ReduceLogSumExp"), "aten.logsumexp.default");
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
    table.add(Statistics::rootMeanSquare, "aten.rms_norm.default", "aten._fused_rms_norm.default");
  }

  /** Variance and mean. */
  private static List<String> spread(Call call, Emission emit) {
    var self = call.tensor("self");
    var type = call.result(0).type().onnx();
    var axes = axes(call, self);
    double count = 1;
    for (long axis : axes) {
      count *= call.fixedSize(self.meta(), (int) axis);
    }
    double correction =
        call.has("correction")
            ? call.given("correction") ? call.real("correction") : 1
            : call.flag("unbiased") ? 1 : 0;
    var input = emit.cast(self, type);
    var difference = emit.node("Sub", input, reduce(emit, "ReduceMean", input, axes, true));
    var squares = emit.node("Mul", difference, difference);
    boolean keep = keeps(call);
    // Too few elements divide by 0, as in PyTorch.
    double divisor = Math.max(0, count - correction);
    var variance =
        emit.node(
            "Div",
            reduce(emit, "ReduceSum", squares, axes, keep),
            emit.scalar(type, divisor));
    return List.of(variance, reduce(emit, "ReduceMean", input, axes, keep));
  }

  private static String norm(Call call, Emission emit, double order) {
    var self = call.tensor("self");
    var type = call.result().type().onnx();
    var input = emit.cast(self, type);
    var axes = axes(call, self);
    boolean keep = keeps(call);
    if (order == 2) {
      return reduce(emit, "ReduceL2", input, axes, keep);
    }
    if (order == 1) {
      return reduce(emit, "ReduceL1", input, axes, keep);
    }
    var sizes = emit.node("Abs", input);
    if (Double.isInfinite(order)) {
      return reduce(emit, order > 0 ? "ReduceMax" : "ReduceMin", sizes, axes, keep);
    }
    if (order == 0) {
      var isZero = emit.node("Equal", input, emit.scalar(type, 0));
      return reduce(
          emit, "ReduceSum", emit.cast(emit.node("Not", isZero), type), axes, keep);
    }
    var powers = emit.node("Pow", sizes, emit.scalar(type, order));
    return emit.node(
        "Pow", reduce(emit, "ReduceSum", powers, axes, keep), emit.scalar(type, 1 / order));
  }

  private static String plain(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    var input = emit.cast(self, call.result().type().onnx());
    return reduce(emit, opType, input, axes(call, self), keeps(call));
  }

  private static String truth(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    var numbers = emit.cast(emit.cast(self, DataType.BOOL), DataType.INT32);
    if (self.type() == DataType.BOOL) {
      numbers = emit.cast(self, DataType.INT32);
    }
    var reduced = reduce(emit, opType, numbers, axes(call, self), keeps(call));
    return emit.cast(reduced, call.result().type().onnx());
  }

  private static String rootMeanSquare(Call call, Emission emit) {
    var input = call.tensor("input");
    var type = input.type();
    // PyTorch computes in single precision what it stores in half.
    boolean half = type == DataType.FLOAT16 || type == DataType.BFLOAT16;
    var wide = half ? DataType.FLOAT : type;
    int axes = call.integers("normalized_shape").size();
    if (axes == 0 || axes > input.rank()) {
      throw call.refuse("normalises %d of %d axes".formatted(axes, input.rank()));
    }
    double epsilon =
        call.given("eps")
            ? call.real("eps")
            : switch (type) {
              case DOUBLE -> 0x1p-52;
              case FLOAT16 -> 0x1p-10;
              case BFLOAT16 -> 0x1p-7;
              default -> 0x1p-23;
            };
    var x = emit.cast(input, wide);
    var last = LongStream.range(input.rank() - axes, input.rank()).boxed().toList();
    var mean = reduce(emit, "ReduceMean", emit.node("Mul", x, x), last, true);
    var root = emit.node("Sqrt", emit.node("Add", mean, emit.scalar(wide, epsilon)));
    var normal = emit.node("Div", x, root);
    var scaled =
        call.optionalTensor("weight")
            .map(weight -> emit.node("Mul", normal, emit.cast(weight, wide)))
            .orElse(normal);
    return wide == type ? scaled : emit.cast(scaled, type);
  }

  /** The axes that go: those that are named, else all. */
  private static List<Long> axes(Call call, Value self) {
    if (call.given("dim") && !call.sizes("dim").isEmpty()) {
      return call.integers("dim").stream()
          .map(axis -> (long) call.axis(axis, self.rank()))
          .filter(axis -> axis < self.rank())
          .toList();
    }
    return LongStream.range(0, self.rank()).boxed().toList();
  }

  private static boolean keeps(Call call) {
    return call.has("keepdim") && call.flag("keepdim");
  }

  private static String reduce(
      Emission emit, String opType, String input, List<Long> axes, boolean keep) {
    var attributes =
        Map.of("keepdims", Attribute.of(keep ? 1 : 0), "noop_with_empty_axes", Attribute.of(1));
    return emit.node(opType, List.of(input, emit.longs(axes)), attributes);
  }
}
