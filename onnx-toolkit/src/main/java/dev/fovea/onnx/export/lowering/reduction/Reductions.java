package dev.fovea.onnx.export.lowering.reduction;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Means, sums and extremes over axes. */
final class Reductions {
  private Reductions() {}

  static void register(OperatorTable table) {
    table.add(
        (call, emit) -> reduce(call, emit, "ReduceMean"), "aten.mean.dim", "aten.mean.default");
    table.add(
        (call, emit) -> reduce(call, emit, "ReduceSum"),
        "aten.sum.dim_IntList",
        "aten.sum.default");
    table.add(
        (call, emit) -> reduce(call, emit, "ReduceMax"), "aten.amax.default", "aten.max.default");
    table.add(
        (call, emit) -> reduce(call, emit, "ReduceMin"), "aten.amin.default", "aten.min.default");
    table.add(
        (call, emit) -> reduce(call, emit, "ReduceProd"), "aten.prod.dim_int", "aten.prod.default");
    table.add((call, emit) -> reduce(call, emit, "ReduceLogSumExp"), "aten.logsumexp.default");
  }

  private static String reduce(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    // PyTorch adds small integers in 64 bits, so the type of the result counts from the start.
    var input = emit.cast(self, call.result().type().onnx());
    boolean keep = call.has("keepdim") && call.flag("keepdim");
    var inputs = new ArrayList<>(List.of(input));
    if (call.given("dim") && !call.sizes("dim").isEmpty()) {
      inputs.add(
          emit.longs(
              call.integers("dim").stream()
                  .map(axis -> (long) call.axis(axis, self.rank()))
                  .toList()));
    }
    return emit.node(opType, inputs, Map.of("keepdims", Attribute.of(keep ? 1 : 0)));
  }
}
