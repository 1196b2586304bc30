package dev.fovea.onnx.export.lowering.indexing;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.shape.Patches;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Places in a tensor, named by one index for each of some axes. Several indices are broadcast and
 * become one number into those axes taken as one, so that no coordinates have to be put together.
 *
 * @param axes of the tensor, rising
 * @param number name of the index, counted from the front where there are several
 * @param sizes of the indices, broadcast
 */
record Places(List<Integer> axes, String number, List<Size> sizes) {

  /** An index of one axis. */
  private record Index(int axis, String name, List<Size> sizes) {}

  /**
   * @param indices one for each axis of {@code self} from the front; absent for a whole axis; a
   *     mask stands for as many axes as it has
   */
  static Places of(Call call, Emission emit, Value self, List<Optional<Value>> indices) {
    var found = new ArrayList<Index>();
    int axis = 0;
    for (var each : indices) {
      if (each.isEmpty()) {
        axis++;
        continue;
      }
      var index = each.get();
      boolean mask = index.type() == DataType.BOOL || index.type() == DataType.UINT8;
      int taken = mask ? index.rank() : 1;
      if (axis + taken > self.rank()) {
        throw call.refuse("has indices of more than %d axes".formatted(self.rank()));
      }
      if (mask) {
        found.addAll(nonZero(call, emit, index, axis));
      } else {
        found.add(
            new Index(axis, Indexing.index(call, emit, self, axis, index), index.meta().sizes()));
      }
      axis += taken;
    }
    if (found.isEmpty()) {
      return new Places(List.of(), "", List.of());
    }
    var axes = found.stream().map(Index::axis).toList();
    var sizes = found.getFirst().sizes;
    var number = found.getFirst().name;
    if (found.size() > 1) {
      number = counted(emit, call, self, found.getFirst());
      for (var next : found.subList(1, found.size())) {
        var width = emit.node("Squeeze", emit.sizes().of(call, self.meta().sizes().get(next.axis)));
        number = emit.node("Add", emit.node("Mul", number, width), counted(emit, call, self, next));
        sizes = broadcast(call, sizes, next.sizes);
      }
    }
    return new Places(axes, number, sizes);
  }

  /** One index of an axis; without axes it names one slice. */
  static Places ofAxis(Call call, Emission emit, Value self, int axis, Value index) {
    var name = Indexing.index(call, emit, self, axis, index);
    return index.rank() == 0
        ? new Places(
            List.of(axis), emit.node("Unsqueeze", name, emit.longs(0)), List.of(Size.known(1)))
        : new Places(List.of(axis), name, index.meta().sizes());
  }

  boolean isWhole() {
    return axes.isEmpty();
  }

  /** The elements at these places: the axes of the index stand where the indexed ones stood. */
  String take(Call call, Emission emit, Value self) {
    var order = adjacent() ? identity(self.rank()) : order(self.rank());
    int at = adjacent() ? axes.getFirst() : 0;
    var source = ordered(emit, self.name(), order);
    var sizes = merged(order.stream().map(axis -> size(self, axis)).toList(), at);
    var merged = axes.size() == 1 ? source : emit.reshape(call, source, sizes);
    return emit.node("Gather", List.of(merged, number), Map.of("axis", Attribute.of(at)));
  }

  /** The tensor with other elements at these places. */
  String put(Call call, Emission emit, Value self, String values, String reduction) {
    var order = order(self.rank());
    var sizes = order.stream().map(axis -> size(self, axis)).toList();
    var rest = sizes.subList(axes.size(), sizes.size());
    var source = emit.reshape(call, ordered(emit, self.name(), order), merged(sizes, 0));
    var rows = new ArrayList<Size>(List.of(Size.known(-1)));
    rows.addAll(rest);
    var scattered =
        emit.node(
            "ScatterND",
            List.of(
                source,
                emit.reshape(positive(call, emit, self), List.of(-1L, 1L)),
                emit.reshape(call, updates(call, emit, self, values), rows)),
            reduction.isEmpty() ? Map.of() : Map.of("reduction", Attribute.of(reduction)));
    var restored = emit.reshape(call, scattered, sizes);
    return order.equals(identity(self.rank())) ? restored : Patches.restore(emit, restored, order);
  }

  /** Values in the shape of what is replaced, the axes of the index first. */
  private String updates(Call call, Emission emit, Value self, String values) {
    int at = adjacent() ? axes.getFirst() : 0;
    var wanted = new ArrayList<Size>();
    for (long axis : adjacent() ? identity(self.rank()) : order(self.rank())) {
      wanted.add(size(self, axis));
    }
    wanted.subList(at, at + axes.size()).clear();
    wanted.addAll(at, sizes);
    var expanded = emit.node("Expand", values, emit.sizes().list(call, wanted));
    var order = new ArrayList<>(LongStream.range(at, at + sizes.size()).boxed().toList());
    LongStream.range(0, at).forEach(order::add);
    LongStream.range(at + sizes.size(), wanted.size()).forEach(order::add);
    return ordered(emit, expanded, order);
  }

  private String positive(Call call, Emission emit, Value self) {
    return axes.size() > 1
        ? number
        : counted(emit, call, self, new Index(axes.getFirst(), number, sizes));
  }

  private boolean adjacent() {
    return axes.getLast() - axes.getFirst() == axes.size() - 1;
  }

  /** The indexed axes first. */
  private List<Long> order(int rank) {
    var order = new ArrayList<Long>();
    axes.forEach(axis -> order.add((long) axis));
    LongStream.range(0, rank).filter(axis -> !axes.contains((int) axis)).forEach(order::add);
    return order;
  }

  /** Sizes with the indexed axes, which begin at one of them, taken as one. */
  private List<Size> merged(List<Size> sizes, int at) {
    long product = 1;
    for (var size : sizes.subList(at, at + axes.size())) {
      product =
          product >= 0 && size instanceof Size.Known(long value)
              ? Math.multiplyExact(product, value)
              : -1;
    }
    var merged = new ArrayList<>(sizes.subList(0, at));
    merged.add(Size.known(product));
    merged.addAll(sizes.subList(at + axes.size(), sizes.size()));
    return merged;
  }

  private static String ordered(Emission emit, String name, List<Long> order) {
    return order.equals(identity(order.size()))
        ? name
        : emit.node("Transpose", List.of(name), Map.of("perm", Attribute.ints(order)));
  }

  private static List<Long> identity(int rank) {
    return LongStream.range(0, rank).boxed().toList();
  }

  private static Size size(Value self, long axis) {
    return self.meta().sizes().get((int) axis);
  }

  /** An index counted from the front. */
  private static String counted(Emission emit, Call call, Value self, Index index) {
    var size = emit.node("Squeeze", emit.sizes().of(call, self.meta().sizes().get(index.axis)));
    return emit.node(
        "Where",
        emit.node("Less", index.name, emit.index(0)),
        emit.node("Add", index.name, size),
        index.name);
  }

  /** A mask that is known as the indices of what it lets through, one for each of its axes. */
  private static List<Index> nonZero(Call call, Emission emit, Value mask, int axis) {
    var known =
        emit.constants()
            .known(emit.cast(mask, DataType.BOOL))
            .orElseThrow(() ->
                call.refuse(
                    "takes elements by a mask that is known only when the model runs",
                    "Choose with torch.where or a fixed number of elements with torch.topk."));
    emit.constants().spend(known.elements());
    var axes = new ArrayList<List<Long>>();
    known.shape().forEach(_ -> axes.add(new ArrayList<>()));
    var strides = TensorMeta.rowMajor(known.shape());
    var data = known.data();
    for (int i = 0; i < known.elements(); i++) {
      if (data.get(i) != 0) {
        for (int each = 0; each < axes.size(); each++) {
          axes.get(each).add(i / strides.get(each) % known.shape().get(each));
        }
      }
    }
    var indices = new ArrayList<Index>();
    for (int each = 0; each < axes.size(); each++) {
      var found = axes.get(each);
      var tensor =
          Tensor.ofLongs(
              "",
              List.of((long) found.size()),
              found.stream().mapToLong(Long::longValue).toArray());
      indices.add(
          new Index(
              axis + each,
              emit.constants().literal(call, tensor),
              List.of(Size.known(found.size()))));
    }
    return indices;
  }

  private static List<Size> broadcast(Call call, List<Size> first, List<Size> second) {
    int rank = Math.max(first.size(), second.size());
    var sizes = new ArrayList<Size>(Collections.nCopies(rank, Size.known(1)));
    for (int axis = 0; axis < rank; axis++) {
      for (var each : List.of(first, second)) {
        int own = axis - rank + each.size();
        if (own >= 0 && !each.get(own).equals(Size.known(1))) {
          if (!sizes.get(axis).equals(Size.known(1)) && !sizes.get(axis).equals(each.get(own))) {
            throw call.refuse("has indices of the shapes %s and %s".formatted(first, second));
          }
          sizes.set(axis, each.get(own));
        }
      }
    }
    return sizes;
  }
}
