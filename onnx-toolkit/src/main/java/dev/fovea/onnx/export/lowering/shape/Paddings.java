package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Values added around a tensor, or cut off where the count is negative. */
final class Paddings {
  private Paddings() {}

  static void register(OperatorTable table) {
    for (int axes = 1; axes <= 3; axes++) {
      table.add(
          (call, emit) -> pad(call, emit, "reflect"),
          "aten.reflection_pad%dd.default".formatted(axes));
      table.add(
          (call, emit) -> pad(call, emit, "edge"),
          "aten.replication_pad%dd.default".formatted(axes));
    }
    table.add((call, emit) -> pad(call, emit, "constant"), "aten.constant_pad_nd.default");
    table.add(
        (call, emit) ->
            pad(
                call,
                emit,
                switch (call.text("mode").orElse("constant")) {
                  case "constant" -> "constant";
                  case "reflect" -> "reflect";
                  case "replicate" -> "edge";
                  case "circular" -> "wrap";
                  default -> throw call.refuse("pads in an unknown mode");
                }),
        "aten.pad.default");
  }

  private static String pad(Call call, Emission emit, String mode) {
    var self = call.tensor("self");
    var pairs = call.sizes(call.has("padding") ? "padding" : "pad");
    int axes = pairs.size() / 2;
    if (pairs.size() % 2 != 0 || axes > self.rank()) {
      throw call.refuse(
          "pads with %d numbers a tensor with %d axes".formatted(pairs.size(), self.rank()));
    }
    // PyTorch lists pairs from the last axis; ONNX all beginnings, then all ends, from the first.
    var begins = new ArrayList<>(Collections.nCopies(self.rank(), Size.known(0)));
    var ends = new ArrayList<>(begins);
    for (int i = 0; i < axes; i++) {
      begins.set(self.rank() - 1 - i, pairs.get(2 * i));
      ends.set(self.rank() - 1 - i, pairs.get(2 * i + 1));
    }
    begins.addAll(ends);
    var inputs = new ArrayList<>(List.of(self.name(), emit.sizes().list(call, begins)));
    if (mode.equals("constant")) {
      inputs.add(emit.scalar(self.type(), call.given("value") ? call.real("value") : 0));
    }
    return emit.node("Pad", inputs, Map.of("mode", Attribute.of(mode)));
  }
}
