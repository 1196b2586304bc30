package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.export.lowering.table.View.Sharing;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The rarer ways to see a tensor: repeated axes, axes moved, lists of slices, free strides. */
final class Views {
  private Views() {}

  static void register(OperatorTable table) {
    View.WriteBack unshape =
        (call, emit, _, changed) ->
            emit.reshape(call, new Value(changed, call.result()), call.tensor("self").meta());
    table.addView(Views::expand, View.of(Views::unexpand), "aten.expand.default");
    table.addView(
        (call, emit) ->
            emit.node(
                "Expand",
                call.tensor("self").name(),
                emit.sizes().list(call, call.tensor("other").meta().sizes())),
        View.of(Views::unexpand),
        "aten.expand_as.default");
    table.addView(
        (call, emit) -> emit.reshape(call, call.tensor("self"), call.result()),
        View.of(unshape),
        "aten.view_as.default",
        "aten._reshape_alias.default");
    table.addView(
        (call, emit) -> emit.reshape(call, call.tensor("self"), call.result()),
        View.when(Strides::reshaped, unshape),
        "aten.reshape_as.default");
    table.addView(
        (call, emit) -> emit.matrices().transpose(call.tensor("self"), order(call)),
        View.of((call, emit, _, changed) -> Patches.restore(emit, changed, order(call))),
        "aten.movedim.int",
        "aten.movedim.intlist",
        "aten.moveaxis.int",
        "aten.moveaxis.intlist",
        "aten.swapaxes.default",
        "aten.swapdims.default",
        "aten.numpy_T.default");
    table.addView(
        (call, emit) -> emit.matrices().transpose(call.tensor("self"), lastTwo(call)),
        View.of((call, emit, _, changed) -> Patches.restore(emit, changed, lastTwo(call))),
        "aten.mT.default");
    table.addView(
        (call, emit) -> {
          var self = call.tensor("self");
          int axis = call.axis("dim", self.rank());
          long start = call.integer("start");
          return emit.node(
              "Slice",
              self.name(),
              emit.longs(start),
              emit.longs(end(call, start)),
              emit.longs(axis));
        },
        View.of((call, emit, _, changed) -> {
          var self = call.tensor("self");
          long size = call.fixedSize(self.meta(), call.axis("dim", self.rank()));
          long start =
              call.integer("start") < 0 ? call.integer("start") + size : call.integer("start");
          return Patches.range(
              emit,
              self,
              call.axis("dim", self.rank()),
              start,
              Math.addExact(start, call.integer("length")),
              changed);
        }),
        "aten.narrow.default");
    table.addListView(
        (call, emit) -> {
          var self = call.tensor("self");
          int axis = call.axis("dim", self.rank());
          return LongStream.range(0, call.results().size())
              .mapToObj(index ->
                  emit.node(
                      "Gather",
                      List.of(self.name(), emit.index(index)),
                      Map.of("axis", Attribute.of(axis))))
              .toList();
        },
        View.of((call, emit, result, changed) -> {
          var self = call.tensor("self");
          int axis = call.axis("dim", self.rank());
          return Patches.select(call, emit, self, axis, result, changed);
        }),
        "aten.unbind.int");
    table.addView(
        Views::strided,
        View.when(call -> isSame(call) ? Sharing.SHARED : Sharing.UNKNOWN, View.same().back()),
        "aten.as_strided.default");
  }

  /** Sizes of 1 repeated; an axis that is not repeated may have a size that nobody knows yet. */
  private static String expand(Call call, Emission emit) {
    var self = call.tensor("self");
    var result = call.result();
    var asked = call.sizes("size");
    if (self.meta().sizes().equals(result.sizes())) {
      return self.name();
    }
    var sizes = new ArrayList<Size>();
    for (int axis = 0; axis < result.rank(); axis++) {
      int own = axis - result.rank() + self.rank();
      var size = result.sizes().get(axis);
      if (own >= 0 && self.meta().sizes().get(own).equals(size)) {
        // ONNX leaves an axis alone where 1 is asked for.
        sizes.add(Size.known(1));
      } else if (asked.size() == result.rank() && asked.get(axis) instanceof Size.Computed each) {
        sizes.add(each);
      } else {
        sizes.add(size);
      }
    }
    var expanded = emit.node("Expand", self.name(), emit.sizes().list(call, sizes));
    if (keepsMatrices(self.meta(), result)) {
      emit.matrices().repeats(expanded, self.name());
    }
    return expanded;
  }

  private static boolean keepsMatrices(TensorMeta self, TensorMeta result) {
    return self.rank() >= 2
        && self.sizes()
            .subList(self.rank() - 2, self.rank())
            .equals(result.sizes().subList(result.rank() - 2, result.rank()));
  }

  private static String unexpand(Call call, Emission emit, int result, String changed) {
    if (!call.tensor("self").meta().sizes().equals(call.result().sizes())) {
      throw call.refuse("repeats elements, and one of them is changed");
    }
    return changed;
  }

  /** Which axis of the argument becomes each axis of the result. */
  private static List<Long> order(Call call) {
    int rank = call.tensor("self").rank();
    var axes = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    if (call.has("source")) {
      var from = call.integers("source").stream().map(axis -> call.axis(axis, rank)).toList();
      var to = call.integers("destination").stream().map(axis -> call.axis(axis, rank)).toList();
      boolean apart =
          from.stream().distinct().count() == from.size()
              && to.stream().distinct().count() == to.size();
      if (from.size() != to.size() || !apart) {
        throw call.refuse("moves axes %s to %s".formatted(from, to));
      }
      var places = new HashMap<Integer, Long>();
      for (int i = 0; i < from.size(); i++) {
        places.put(to.get(i), (long) from.get(i));
        axes.remove((long) from.get(i));
      }
      var rest = axes.iterator();
      var moved = new ArrayList<Long>();
      for (int axis = 0; axis < rank; axis++) {
        var place = places.get(axis);
        moved.add(place != null ? place : rest.next());
      }
      return moved;
    }
    if (call.has("axis0") || call.has("dim0")) {
      var suffix = call.has("axis0") ? "axis" : "dim";
      int first = call.axis(suffix + "0", rank);
      int second = call.axis(suffix + "1", rank);
      if (rank > 0) {
        Collections.swap(axes, first, second);
      }
      return axes;
    }
    return axes.reversed();
  }

  private static List<Long> lastTwo(Call call) {
    int rank = call.tensor("self").rank();
    if (rank < 2) {
      throw call.refuse("exchanges the last two of %d axes".formatted(rank));
    }
    var axes = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    Collections.swap(axes, rank - 2, rank - 1);
    return axes;
  }

  private static long end(Call call, long start) {
    long end = Math.addExact(start, call.integer("length"));
    return start < 0 && end >= 0 ? Long.MAX_VALUE : end;
  }

  /** Whether every element is where it was, as sizes and strides say, known or not. */
  private static boolean isSame(Call call) {
    var self = call.tensor("self").meta();
    var result = call.result();
    if (!self.sizes().equals(result.sizes()) || !self.offset().equals(result.offset())) {
      return false;
    }
    for (int axis = 0; axis < self.rank(); axis++) {
      boolean moves = !self.sizes().get(axis).equals(Size.known(1));
      if (moves && !self.strides().get(axis).equals(result.strides().get(axis))) {
        return false;
      }
    }
    return true;
  }

  /** Any window on the argument's elements: each is taken from where it lies in the storage. */
  private static String strided(Call call, Emission emit) {
    var self = call.tensor("self");
    if (isSame(call)) {
      return self.name();
    }
    var result = Layout.of(call, call.result());
    var source = Layout.of(call, self.meta());
    var wanted = result.positions(ConstantPool.elements(call, result.sizes));
    var order = source.outermostFirst();
    var inner = TensorMeta.rowMajor(source.sizes);
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = source.element(call, wanted[i], order, inner);
    }
    var flat = emit.reshape(self.name(), List.of(-1L));
    return emit.reshape(emit.node("Gather", flat, emit.longs(wanted)), result.sizes);
  }

  /** Where in a storage the elements of a tensor lie. */
  private record Layout(List<Long> sizes, List<Long> strides, long offset) {

    static Layout of(Call call, TensorMeta meta) {
      var sizes = meta.shape();
      var strides = TensorMeta.known(meta.strides());
      if (sizes.isEmpty()
          || strides.isEmpty()
          || !(meta.offset() instanceof Size.Known(long offset))) {
        throw call.refuse("has strides that depend on the input's size");
      }
      return new Layout(sizes.get(), strides.get(), offset);
    }

    /** The place of each element, in C order. */
    long[] positions(int elements) {
      var positions = new long[elements];
      var index = new long[sizes.size()];
      long position = offset;
      for (int i = 0; i < elements; i++) {
        positions[i] = position;
        for (int axis = index.length - 1; axis >= 0; axis--) {
          position += strides.get(axis);
          if (++index[axis] < sizes.get(axis)) {
            break;
          }
          position -= strides.get(axis) * index[axis];
          index[axis] = 0;
        }
      }
      return positions;
    }

    /** Which element, counted in C order, lies at a place. */
    long element(Call call, long position, List<Integer> order, List<Long> inner) {
      long rest = position - offset;
      long element = 0;
      for (int axis : order) {
        long stride = strides.get(axis);
        if (stride <= 0 || rest < 0 || rest / stride >= sizes.get(axis)) {
          throw call.refuse("shows memory that its argument does not show");
        }
        element += rest / stride * inner.get(axis);
        rest %= stride;
      }
      if (rest != 0) {
        throw call.refuse("shows memory that its argument does not show");
      }
      return element;
    }

    private List<Integer> outermostFirst() {
      return IntStream.range(0, sizes.size())
          .filter(axis -> sizes.get(axis) != 1)
          .boxed()
          .sorted(Comparator.comparing(strides::get, Comparator.reverseOrder()))
          .toList();
    }
  }
}
