package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Tensors repeated, stacked, rolled and turned round. */
final class Repetitions {
  private Repetitions() {}

  static void register(OperatorTable table) {
    table.add((call, emit) -> tile(call, emit, "repeats"), "aten.repeat.default");
    table.add((call, emit) -> tile(call, emit, "dims"), "aten.tile.default");
    table.add(Repetitions::interleave, "aten.repeat_interleave.self_int");
    table.add(Repetitions::stack, "aten.stack.default");
    table.add(Repetitions::roll, "aten.roll.default");
    table.add(Repetitions::flip, "aten.flip.default");
  }

  private static String tile(Call call, Emission emit, String parameter) {
    var self = call.tensor("self");
    var repeats = new ArrayList<>(call.sizes(parameter));
    while (repeats.size() < self.rank()) {
      repeats.addFirst(Size.known(1));
    }
    if (repeats.isEmpty()) {
      return self.name();
    }
    var source = self.name();
    int missing = repeats.size() - self.rank();
    if (missing > 0) {
      var sizes = new ArrayList<Size>(Collections.nCopies(missing, Size.known(1)));
      sizes.addAll(self.meta().sizes());
      source = emit.reshape(call, source, sizes);
    }
    return emit.node("Tile", source, emit.sizes().list(call, repeats));
  }

  /** Each element several times in a row. */
  private static String interleave(Call call, Emission emit) {
    var self = call.tensor("self");
    boolean flat = !call.given("dim") || self.rank() == 0;
    var source = flat ? emit.reshape(self.name(), List.of(-1L)) : self.name();
    int rank = flat ? 1 : self.rank();
    int axis = flat ? 0 : call.axis("dim", self.rank());
    var repeats = new ArrayList<Size>(Collections.nCopies(rank + 1, Size.known(1)));
    repeats.set(axis + 1, call.sizes("repeats").getFirst());
    var sizes = new ArrayList<Size>();
    if (flat) {
      sizes.add(Size.known(-1));
    } else {
      sizes.addAll(self.meta().sizes());
      sizes.set(axis, Size.known(-1));
    }
    return emit.reshape(
        call,
        emit.node(
            "Expand",
            emit.node("Unsqueeze", source, emit.longs(axis + 1L)),
            emit.sizes().list(call, repeats)),
        sizes);
  }

  private static String stack(Call call, Emission emit) {
    var result = call.result();
    int axis = call.axis("dim", result.rank());
    var parts =
        call.tensors("tensors").stream()
            .map(part ->
                emit.node("Unsqueeze", emit.cast(part, result.type().onnx()), emit.longs(axis)))
            .toList();
    return emit.node("Concat", parts, Map.of("axis", Attribute.of(axis)));
  }

  private static String roll(Call call, Emission emit) {
    var self = call.tensor("self");
    var shifts = call.integers("shifts");
    var dims = call.integers("dims");
    if (dims.isEmpty()) {
      if (shifts.size() != 1) {
        throw call.refuse("rolls all elements by %s".formatted(shifts));
      }
      long size = 1;
      for (int axis = 0; axis < self.rank(); axis++) {
        size = Math.multiplyExact(size, call.fixedSize(self.meta(), axis));
      }
      var rolled =
          rolled(emit, emit.reshape(self.name(), List.of(-1L)), 0, size, shifts.getFirst());
      return emit.reshape(call, rolled, self.meta().sizes());
    }
    if (dims.size() != shifts.size()) {
      throw call.refuse("rolls axes %s by %s".formatted(dims, shifts));
    }
    var result = self.name();
    for (int i = 0; i < dims.size(); i++) {
      int axis = call.axis(dims.get(i), self.rank());
      result = rolled(emit, result, axis, call.fixedSize(self.meta(), axis), shifts.get(i));
    }
    return result;
  }

  private static String rolled(Emission emit, String name, int axis, long size, long shift) {
    long first = size == 0 ? 0 : Math.floorMod(-shift, size);
    if (first == 0) {
      return name;
    }
    return emit.node(
        "Concat",
        List.of(
            emit.slice(name, first, Long.MAX_VALUE, axis, 1), emit.slice(name, 0, first, axis, 1)),
        Map.of("axis", Attribute.of(axis)));
  }

  private static String flip(Call call, Emission emit) {
    var self = call.tensor("self");
    var axes =
        call.integers("dims").stream().map(axis -> (long) call.axis(axis, self.rank())).toList();
    if (axes.isEmpty() || self.rank() == 0) {
      return self.name();
    }
    if (new HashSet<>(axes).size() != axes.size()) {
      throw call.refuse("turns axes %s round".formatted(axes));
    }
    return emit.node(
        "Slice",
        self.name(),
        emit.longs(Collections.nCopies(axes.size(), -1L)),
        emit.longs(Collections.nCopies(axes.size(), -Long.MAX_VALUE)),
        emit.longs(axes),
        emit.longs(Collections.nCopies(axes.size(), -1L)));
  }
}
