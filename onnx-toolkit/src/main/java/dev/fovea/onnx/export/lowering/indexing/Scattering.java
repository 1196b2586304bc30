package dev.fovea.onnx.export.lowering.indexing;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.shape.Patches;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Elements and slices replaced: at indices, where a mask is set, in a slice. */
final class Scattering {
  private Scattering() {}

  static void register(OperatorTable table) {
    table.add(Scattering::put, "aten.index_put.default", "aten._unsafe_index_put.default");
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          return emit.node(
              "Where",
              emit.cast(call.tensor("mask"), DataType.BOOL),
              emit.operand(call, "value", type),
              emit.cast(call.tensor("self"), type));
        },
        "aten.masked_fill.Scalar",
        "aten.masked_fill.Tensor");
    table.add(
        (call, emit) -> scatter(call, emit, call.has("reduce") ? reduction(call) : ""),
        "aten.scatter.src",
        "aten.scatter.value",
        "aten.scatter.reduce",
        "aten.scatter.value_reduce",
        "aten.scatter_reduce.two");
    table.add((call, emit) -> scatter(call, emit, "add"), "aten.scatter_add.default");
    table.add(
        (call, emit) ->
            along(call, emit, emit.cast(call.tensor("source"), call.result().type().onnx()), ""),
        "aten.index_copy.default");
    table.add(
        (call, emit) ->
            along(call, emit, emit.operand(call, "value", call.result().type().onnx()), ""),
        "aten.index_fill.int_Scalar",
        "aten.index_fill.int_Tensor");
    table.add(
        (call, emit) -> {
          var type = call.result().type().onnx();
          var source = emit.cast(call.tensor("source"), type);
          double alpha = call.real("alpha");
          var scaled = alpha == 1 ? source : emit.node("Mul", source, emit.scalar(type, alpha));
          return along(call, emit, scaled, "add");
        },
        "aten.index_add.default");
    table.add(
        (call, emit) ->
            Patches.slice(call, emit, emit.cast(call.tensor("src"), call.result().type().onnx())),
        "aten.slice_scatter.default");
    table.add(
        (call, emit) -> {
          var self = call.tensor("self");
          var source = emit.cast(call.tensor("src"), self.type());
          int axis = call.axis("dim", self.rank());
          return Patches.select(call, emit, self, axis, call.integer("index"), source);
        },
        "aten.select_scatter.default");
  }

  private static String put(Call call, Emission emit) {
    var self = call.tensor("self");
    var indices = call.optionalTensors("indices");
    var values = call.tensor("values");
    boolean accumulate = call.flag("accumulate");
    var cast = emit.cast(values, self.type());
    var mask = onlyMask(indices);
    if (mask.isPresent() && values.rank() <= self.rank() - indices.size() + 1 - mask.get().rank()) {
      int trailing = self.rank() - indices.size() + 1 - mask.get().rank();
      var open = emit.cast(mask.get(), DataType.BOOL);
      if (trailing > 0) {
        int rank = mask.get().rank();
        open =
            emit.node(
                "Unsqueeze", open, emit.longs(LongStream.range(rank, rank + trailing).toArray()));
      }
      var fresh = accumulate ? emit.node("Add", self.name(), cast) : cast;
      return emit.node("Where", open, fresh, self.name());
    }
    var places = Places.of(call, emit, self, indices);
    if (places.isWhole()) {
      throw call.refuse("replaces elements without saying which");
    }
    return places.put(call, emit, self, cast, accumulate ? "add" : "");
  }

  /** The mask, if it is all that says which elements are meant. */
  private static Optional<Value> onlyMask(List<Optional<Value>> indices) {
    boolean alone =
        !indices.isEmpty()
            && indices.subList(0, indices.size() - 1).stream().allMatch(Optional::isEmpty);
    return alone
        ? indices.getLast().filter(index -> index.type() == DataType.BOOL)
        : Optional.empty();
  }

  private static String scatter(Call call, Emission emit, String reduction) {
    var self = call.tensor("self");
    var index = call.tensor("index");
    if (self.rank() == 0 || self.rank() != index.rank()) {
      throw call.refuse(
          "replaces elements of %d axes by an index of %d".formatted(self.rank(), index.rank()));
    }
    int axis = call.axis("dim", self.rank());
    var name = Indexing.index(call, emit, self, axis, index);
    var attributes =
        reduction.isEmpty()
            ? Map.of("axis", Attribute.of(axis))
            : Map.of("axis", Attribute.of(axis), "reduction", Attribute.of(reduction));
    return emit.node(
        "ScatterElements", List.of(self.name(), name, source(call, emit, index)), attributes);
  }

  /** Values in the shape of the index, which may be smaller than what holds them. */
  private static String source(Call call, Emission emit, Value index) {
    var type = call.tensor("self").type();
    var shape = emit.sizes().list(call, index.meta().sizes());
    if (!call.has("src")) {
      return emit.node("Expand", emit.operand(call, "value", type), shape);
    }
    var src = call.tensor("src");
    var cast = emit.cast(src, type);
    if (src.meta().sizes().equals(index.meta().sizes())) {
      return cast;
    }
    int rank = index.rank();
    return emit.node(
        "Slice",
        cast,
        emit.longs(new long[rank]),
        shape,
        emit.longs(LongStream.range(0, rank).toArray()));
  }

  private static String reduction(Call call) {
    boolean included = !call.has("include_self") || call.flag("include_self");
    var name = call.text("reduce").orElse("");
    return switch (included ? name : "") {
      case "add", "sum" -> "add";
      case "multiply", "prod" -> "mul";
      case "amax" -> "max";
      case "amin" -> "min";
      default ->
          throw call.refuse("reduces by '%s' %s".formatted(name, included ? "" : "without self"));
    };
  }

  private static String along(Call call, Emission emit, String values, String reduction) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      throw call.refuse("replaces elements of a tensor without axes");
    }
    int axis = call.axis("dim", self.rank());
    return Places.ofAxis(call, emit, self, axis, call.tensor("index"))
        .put(call, emit, self, values, reduction);
  }
}
