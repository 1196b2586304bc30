package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.table.OperatorTable;
import java.util.Map;

/** Python's and PyTorch's operators on sizes, beside the four of {@link Arithmetic}. */
final class SymbolicSizes {
  private SymbolicSizes() {}

  static void register(OperatorTable table) {
    // Sizes are not negative, so that Mod is that of Python.
    Map.of(
            "_operator.mod",
            "Mod",
            "_operator.pow",
            "Pow",
            "torch.sym_max",
            "Max",
            "torch.sym_min",
            "Min")
        .forEach((name, opType) ->
            table.add(
                (call, emit) ->
                    emit.node(opType, emit.sizes().of(call, "a"), emit.sizes().of(call, "b")),
                name));
    table.add((call, emit) -> emit.node("Neg", emit.sizes().of(call, "a")), "_operator.neg");
    table.add(
        (call, emit) -> {
          var self = call.tensor("self");
          return self.meta().shape().isPresent()
              ? emit.longs(self.meta().shape().get().stream().reduce(1L, Math::multiplyExact))
              : emit.node("Unsqueeze", emit.node("Size", self.name()), emit.longs(0));
        },
        "aten.sym_numel.default");
  }
}
