package dev.fovea.onnx.export.lowering.indexing;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Elements and slices taken by indices that are tensors. */
final class Indexing {
  private Indexing() {}

  static void register(OperatorTable table) {
    table.add(
        (call, emit) ->
            emit.node(
                "Gather",
                call.tensor("weight").name(),
                index(call, emit, call.tensor("weight"), 0, call.tensor("indices"))),
        "aten.embedding.default");
    table.add(Indexing::byTensors, "aten.index.Tensor", "aten._unsafe_index.Tensor");
    table.add(Indexing::select, "aten.index_select.default");
    table.add(Indexing::gather, "aten.gather.default");
    table.add(Indexing::take, "aten.take.default");
    table.add(Indexing::takeAlong, "aten.take_along_dim.default");
    table.add((call, emit) -> triangle(call, emit, 1), "aten.triu.default");
    table.add((call, emit) -> triangle(call, emit, 0), "aten.tril.default");
  }

  /**
   * Indices of an axis as ONNX takes them, 64 bits wide.
   *
   * @throws Inconvertible if one that is known leaves the axis
   */
  static String index(Call call, Emission emit, Value self, int axis, Value index) {
    if (index.type() == DataType.BOOL) {
      throw call.refuse("takes elements by a mask, which may be any number of them");
    }
    var name = emit.cast(index, DataType.INT64);
    var size = self.meta().size(axis);
    var known = emit.constants().range(name).filter(range -> range.getCount() > 0);
    if (size.isPresent() && known.isPresent()) {
      long low = known.get().getMin();
      long high = known.get().getMax();
      if (low < -size.get() || high >= size.get()) {
        throw call.refuse(
            "takes element %d of an axis of %d"
                .formatted(low < -size.get() ? low : high, size.get()),
            "Mend the model: PyTorch refuses that index too.");
      }
    }
    return name;
  }

  private static String byTensors(Call call, Emission emit) {
    var self = call.tensor("self");
    var places = Places.of(call, emit, self, call.optionalTensors("indices"));
    return places.isWhole() ? self.name() : places.take(call, emit, self);
  }

  private static String select(Call call, Emission emit) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      return self.name();
    }
    int axis = call.axis("dim", self.rank());
    var index = call.tensor("index");
    var name = index(call, emit, self, axis, index);
    return emit.node(
        "Gather",
        List.of(
            self.name(), index.rank() == 0 ? emit.node("Unsqueeze", name, emit.longs(0)) : name),
        Map.of("axis", Attribute.of(axis)));
  }

  private static String gather(Call call, Emission emit) {
    var self = call.tensor("self");
    var index = call.tensor("index");
    if (self.rank() == 0 || index.rank() != self.rank()) {
      throw call.refuse(
          "takes elements of %d axes by an index of %d".formatted(self.rank(), index.rank()));
    }
    int axis = call.axis("dim", self.rank());
    return elements(emit, self.name(), index(call, emit, self, axis, index), axis);
  }

  private static String take(Call call, Emission emit) {
    var self = call.tensor("self");
    var flat = emit.reshape(self.name(), List.of(-1L));
    return emit.node("Gather", flat, emit.cast(call.tensor("index"), DataType.INT64));
  }

  private static String takeAlong(Call call, Emission emit) {
    var self = call.tensor("self");
    var index = call.tensor("indices");
    if (!call.given("dim")) {
      var all = List.of(-1L);
      return elements(
          emit,
          emit.reshape(self.name(), all),
          emit.reshape(emit.cast(index, DataType.INT64), all),
          0);
    }
    if (self.rank() == 0 || self.rank() != index.rank()) {
      throw call.refuse(
          "takes elements of %d axes by an index of %d".formatted(self.rank(), index.rank()));
    }
    int axis = call.axis("dim", self.rank());
    // The other axes are broadcast to each other; the sizes of the result are what comes of it.
    var sizes = new ArrayList<>(call.result().sizes());
    var name = index(call, emit, self, axis, index);
    if (!index.meta().sizes().equals(sizes)) {
      name = emit.node("Expand", name, emit.sizes().list(call, sizes));
    }
    var source = self.name();
    sizes.set(axis, self.meta().sizes().get(axis));
    if (!self.meta().sizes().equals(sizes)) {
      source = emit.node("Expand", source, emit.sizes().list(call, sizes));
    }
    return elements(emit, source, name, axis);
  }

  /** Rows and columns above, or below, a diagonal; the rest is 0. */
  private static String triangle(Call call, Emission emit, long upper) {
    return emit.node(
        "Trilu",
        List.of(call.tensor("self").name(), emit.index(call.integer("diagonal"))),
        Map.of("upper", Attribute.of(upper)));
  }

  private static String elements(Emission emit, String self, String index, int axis) {
    return emit.node("GatherElements", List.of(self, index), Map.of("axis", Attribute.of(axis)));
  }
}
