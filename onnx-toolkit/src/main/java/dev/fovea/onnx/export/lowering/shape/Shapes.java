package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.export.program.Argument;
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

  static void register(OperatorTable table) {
    View.WriteBack unshape =
        (call, emit, _, changed) ->
            emit.reshape(call, new Value(changed, call.result()), call.tensor("self").meta());
    table.addView(
        Shapes::reshape,
        View.of(unshape),
        "aten.view.default",
        "aten._unsafe_view.default",
        "aten.unflatten.int");
    table.addView(
        Shapes::reshape,
        View.when(Strides::reshaped, unshape),
        "aten.reshape.default",
        "aten.flatten.using_ints");
    table.addView(
        (call, emit) -> emit.matrices().transpose(call.tensor("self"), permuted(call)),
        View.of((call, emit, _, changed) -> Patches.restore(emit, changed, permuted(call))),
        "aten.permute.default");
    table.addView(
        (call, emit) -> exchange(call, emit, call.tensor("self")),
        View.of(
            (call, emit, _, changed) -> exchange(call, emit, new Value(changed, call.result()))),
        "aten.transpose.int",
        "aten.t.default");
    table.addView(Shapes::unsqueeze, View.of(unshape), "aten.unsqueeze.default");
    table.addView(
        Shapes::squeeze,
        View.of(unshape),
        "aten.squeeze.default",
        "aten.squeeze.dim",
        "aten.squeeze.dims");
    table.addView(
        Shapes::select,
        View.of((call, emit, _, changed) -> {
          var self = call.tensor("self");
          int axis = call.axis("dim", self.rank());
          return Patches.select(call, emit, self, axis, call.integer("index"), changed);
        }),
        "aten.select.int");
    table.addView(
        Shapes::slice,
        View.of((call, emit, _, changed) -> Patches.slice(call, emit, changed)),
        "aten.slice.Tensor");
    table.addListView(
        Shapes::split,
        View.of(Shapes::unsplit),
        "aten.chunk.default",
        "aten.split.Tensor",
        "aten.split.sizes",
        "aten.split_with_sizes.default",
        "aten.tensor_split.sections",
        "aten.tensor_split.indices");
    table.add(Shapes::concat, "aten.cat.default", "aten.concat.default");
    table.addView(
        (call, _) -> call.tensor("self").name(),
        View.when(Shapes::kept, View.same().back()),
        "aten.contiguous.default");
    table.addView(
        (call, _) -> call.tensor("self").name(),
        View.same(),
        "aten.alias.default",
        "aten.detach.default",
        "aten.detach_.default");
    table.add(
        (call, _) -> call.tensor("self").name(),
        "aten.clone.default",
        "aten.lift_fresh_copy.default");
    table.addView(
        Shapes::convert,
        View.when(Shapes::unconverted, View.same().back()),
        "aten.to.dtype",
        "aten.to.dtype_layout",
        "aten.to.device",
        "aten.to.other",
        "aten.type_as.default");
    table.add(Shapes::convert, "aten._to_copy.default");
  }

  private static String reshape(Call call, Emission emit) {
    if (call.tensor("self").meta().sizes().equals(call.result().sizes())) {
      return call.tensor("self").name();
    }
    var parameter = call.has("size") ? "size" : "shape";
    long open = call.result().sizes().stream().filter(Size.Symbolic.class::isInstance).count();
    if (open > 1 && call.has(parameter)) {
      var given = call.sizes(parameter);
      if (given.stream().anyMatch(Size.Computed.class::isInstance)) {
        return emit.reshape(call, call.tensor("self").name(), given);
      }
    }
    return emit.reshape(call, call.tensor("self"), call.result());
  }

  private static String convert(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), call.result().type().onnx());
  }

  private static View.Sharing unconverted(Call call) {
    boolean copies = call.has("copy") && call.flag("copy");
    return View.shared(!copies && call.tensor("self").meta().type() == call.result().type());
  }

  /** In another memory format elements move, so nothing is said of that. */
  private static View.Sharing kept(Call call) {
    return call.argument("memory_format") instanceof Argument.Other
        ? View.Sharing.UNKNOWN
        : Strides.contiguous(call);
  }

  private static List<Long> permuted(Call call) {
    int rank = call.tensor("self").rank();
    var order = call.integers("dims").stream().map(axis -> (long) call.axis(axis, rank)).toList();
    if (order.size() != rank || order.stream().distinct().count() != rank) {
      throw call.refuse("orders %d axes as %s".formatted(rank, order));
    }
    return order;
  }

  private static String exchange(Call call, Emission emit, Value self) {
    int first = call.has("dim0") ? call.axis("dim0", self.rank()) : 0;
    int second = call.has("dim1") ? call.axis("dim1", self.rank()) : Math.max(self.rank() - 1, 0);
    var order =
        LongStream.range(0, self.rank()).boxed().collect(Collectors.toCollection(ArrayList::new));
    if (order.isEmpty()) {
      return self.name();
    }
    Collections.swap(order, first, second);
    return emit.matrices().transpose(self, order);
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
    return emit.node(
        "Slice",
        self.name(),
        call.given("start") ? emit.sizes().of(call, "start") : emit.longs(0),
        call.given("end") ? emit.sizes().of(call, "end") : emit.longs(Long.MAX_VALUE),
        emit.longs(call.axis("dim", self.rank())),
        emit.longs(call.integer("step")));
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

  private static String unsplit(Call call, Emission emit, int result, String changed) {
    int axis = call.axis("dim", call.tensor("self").rank());
    return Patches.part(call, emit, axis, call.results(), result, changed);
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
