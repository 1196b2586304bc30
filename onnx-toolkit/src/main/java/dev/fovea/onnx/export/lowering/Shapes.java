package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Operators that move elements without changing them: other shapes, orders, parts, joins. */
final class Shapes {
  private Shapes() {}

  static void register(Lowerings table) {
    table.addView(
        (call, emit) -> emit.reshape(call, call.tensor("self"), call.result()),
        "aten.view.default",
        "aten.reshape.default",
        "aten._unsafe_view.default",
        "aten.flatten.using_ints",
        "aten.unflatten.int");
    table.addView(Shapes::permute, "aten.permute.default");
    table.addView(Shapes::transpose, "aten.transpose.int", "aten.t.default");
    table.addView(Shapes::unsqueeze, "aten.unsqueeze.default");
    table.addView(Shapes::squeeze, "aten.squeeze.default", "aten.squeeze.dim", "aten.squeeze.dims");
    table.addView(Shapes::select, "aten.select.int");
    table.addView(Shapes::slice, "aten.slice.Tensor");
    table.addListView(
        Shapes::split, "aten.chunk.default", "aten.split.Tensor", "aten.split_with_sizes.default");
    table.add(Shapes::concat, "aten.cat.default");
    table.addView(
        (call, _) -> call.tensor("self").name(),
        "aten.contiguous.default",
        "aten.alias.default",
        "aten.detach.default",
        "aten.detach_.default");
    table.add(
        (call, _) -> call.tensor("self").name(),
        "aten.clone.default",
        "aten.lift_fresh_copy.default");
    table.addView(
        (call, emit) -> emit.cast(call.tensor("self"), call.result().type().onnx()),
        "aten.to.dtype",
        "aten.to.dtype_layout",
        "aten._to_copy.default");
  }

  private static String permute(Call call, Emission emit) {
    var self = call.tensor("self");
    var order =
        call.integers("dims").stream().map(axis -> (long) call.axis(axis, self.rank())).toList();
    return emit.transpose(self, order);
  }

  private static String transpose(Call call, Emission emit) {
    var self = call.tensor("self");
    int first = call.has("dim0") ? call.axis("dim0", self.rank()) : 0;
    int second = call.has("dim1") ? call.axis("dim1", self.rank()) : Math.max(self.rank() - 1, 0);
    var order =
        LongStream.range(0, self.rank()).boxed().collect(Collectors.toCollection(ArrayList::new));
    if (order.isEmpty()) {
      return self.name();
    }
    Collections.swap(order, first, second);
    return emit.transpose(self, order);
  }

  private static String unsqueeze(Call call, Emission emit) {
    var self = call.tensor("self");
    return emit.node("Unsqueeze", self.name(), emit.longs(call.axis("dim", self.rank() + 1)));
  }

  private static String squeeze(Call call, Emission emit) {
    var self = call.tensor("self");
    var axes =
        call.has("dim")
            ? call.integers("dim").stream()
                .map(axis -> (long) call.axis(axis, self.rank()))
                .toList()
            : LongStream.range(0, self.rank()).boxed().toList();
    // PyTorch leaves axes of other sizes alone; ONNX fails on them.
    var ones =
        axes.stream()
            .filter(axis ->
                axis < self.rank()
                    && self.meta().sizes().get(axis.intValue()).equals(Size.known(1)))
            .toList();
    return ones.isEmpty() ? self.name() : emit.node("Squeeze", self.name(), emit.longs(ones));
  }

  private static String select(Call call, Emission emit) {
    var self = call.tensor("self");
    var index = emit.index(call.integer("index"));
    return emit.node(
        "Gather",
        List.of(self.name(), index),
        Map.of("axis", Attribute.of(call.axis("dim", self.rank()))));
  }

  private static String slice(Call call, Emission emit) {
    var self = call.tensor("self");
    long start = call.given("start") ? call.integer("start") : 0;
    long end = call.given("end") ? call.integer("end") : Long.MAX_VALUE;
    return emit.slice(self.name(), start, end, call.axis("dim", self.rank()), call.integer("step"));
  }

  private static List<String> split(Call call, Emission emit) {
    var self = call.tensor("self");
    int axis = call.axis("dim", self.rank());
    var sizes = call.results().stream().map(part -> call.fixedSize(part, axis)).toList();
    if (sizes.size() == 1) {
      return List.of(self.name());
    }
    return emit.nodes(
        "Split",
        List.of(self.name(), emit.longs(sizes)),
        Map.of("axis", Attribute.of(axis)),
        sizes.size());
  }

  private static String concat(Call call, Emission emit) {
    var result = call.result();
    var type = result.type().onnx();
    var parts =
        call.tensors("tensors").stream()
            // PyTorch still accepts an empty list of numbers among tensors of any shape.
            .filter(
                part -> !(result.rank() > 1 && part.meta().sizes().equals(List.of(Size.known(0)))))
            .map(part -> emit.cast(part, type))
            .toList();
    return emit.node(
        "Concat", parts, Map.of("axis", Attribute.of(call.axis("dim", result.rank()))));
  }
}
