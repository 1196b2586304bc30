package dev.fovea.onnx.export.lowering.convolution;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Maxima and means over windows that are chosen so that a given size results. Value {@code i} of
 * {@code n} sees the values from {@code floor(i * size / n)} up to {@code ceil((i + 1) * size /
 * n)}, so that windows differ in length and overlap where the size is no multiple.
 */
final class AdaptivePoolings {
  private AdaptivePoolings() {}

  static void register(OperatorTable table) {
    table.add((call, emit) -> average(call, emit, 1), "aten.adaptive_avg_pool1d.default");
    table.add(
        (call, emit) -> average(call, emit, 2),
        "aten.adaptive_avg_pool2d.default",
        "aten._adaptive_avg_pool2d.default");
    table.add(
        (call, emit) -> average(call, emit, 3),
        "aten.adaptive_avg_pool3d.default",
        "aten._adaptive_avg_pool3d.default");
    // The second result, the places of the maxima, has no counterpart; using it is refused.
    table.add((call, emit) -> max(call, emit, 1), "aten.adaptive_max_pool1d.default");
    table.add((call, emit) -> max(call, emit, 2), "aten.adaptive_max_pool2d.default");
    table.add((call, emit) -> max(call, emit, 3), "aten.adaptive_max_pool3d.default");
  }

  private static String average(Call call, Emission emit, int axes) {
    return pool(
        call,
        emit,
        axes,
        "Average",
        (value, axis, size, target) -> {
          var weights = weights(call, emit, size, target);
          int last = call.result().rank() - 1;
          if (axis == last) {
            return emit.node("MatMul", value, weights);
          }
          var exchanged = exchanged(emit, value, axis, last);
          return exchanged(emit, emit.node("MatMul", exchanged, weights), axis, last);
        });
  }

  private static String max(Call call, Emission emit, int axes) {
    return pool(
        call,
        emit,
        axes,
        "Max",
        (value, axis, size, target) -> {
          var windows = windows(call, emit, size, target);
          var seen =
              emit.node("Gather", List.of(value, windows), Map.of("axis", Attribute.of(axis)));
          return emit.node(
              "ReduceMax",
              List.of(seen, emit.longs(axis + 1L)),
              Map.of("keepdims", Attribute.of(0)));
        });
  }

  /** Pools one axis of known size into windows of different lengths. */
  @FunctionalInterface
  private interface Along {
    String lower(String value, int axis, long size, long target);
  }

  private static String pool(Call call, Emission emit, int axes, String kind, Along along) {
    var input = Extents.spatial(call, "self", axes);
    boolean lone = input.rank() == axes + 1;
    var result = call.result();
    if (result.rank() != input.rank()) {
      throw call.refuse("makes %d axes of %d".formatted(result.rank(), input.rank()));
    }
    var targets = result.sizes().subList(result.rank() - axes, result.rank());
    if (targets.stream().allMatch(Size.known(1)::equals)) {
      var batch = Extents.batched(emit, lone, input.name());
      return Extents.unbatched(emit, lone, emit.node("Global" + kind + "Pool", batch));
    }
    var kernel = kernel(call, input, axes);
    if (kernel.isPresent() && kernel.get().stream().allMatch(size -> size == 1)) {
      return input.name();
    }
    if (kernel.isPresent()) {
      var batch = Extents.batched(emit, lone, input.name());
      var window = Attribute.ints(kernel.get());
      var pooled =
          emit.node(
              kind + "Pool", List.of(batch), Map.of("kernel_shape", window, "strides", window));
      return Extents.unbatched(emit, lone, pooled);
    }
    var value = input.name();
    for (int axis = input.rank() - axes; axis < input.rank(); axis++) {
      value = axis(call, emit, input, axis, kind, value, along);
    }
    return value;
  }

  private static String axis(
      Call call, Emission emit, Value input, int axis, String kind, String value, Along along) {
    var size = input.meta().sizes().get(axis);
    var target = call.result().sizes().get(axis);
    if (size.equals(target)) {
      return value;
    }
    if (target.equals(Size.known(1))) {
      return emit.node(
          "Reduce" + (kind.equals("Max") ? "Max" : "Mean"),
          List.of(value, emit.longs(axis)),
          Map.of("keepdims", Attribute.of(1)));
    }
    var from = Extents.known(call, input.meta(), axis);
    var to = Extents.known(call, call.result(), axis);
    if (from.isEmpty() || to.isEmpty()) {
      throw call.refuse(
          "pools axis %d, whose size is only known when the model runs, into %s"
              .formatted(axis, to.map(Object::toString).orElse("another such size")),
          "Export the model with a fixed size of that axis, or pool to 1.");
    }
    return along.lower(value, axis, from.get(), to.get());
  }

  /** Sizes of windows that do not overlap, if there are such on every axis. */
  private static Optional<List<Long>> kernel(Call call, Value input, int axes) {
    var kernel = new ArrayList<Long>();
    for (int axis = -axes; axis < 0; axis++) {
      var size = Extents.known(call, input.meta(), axis);
      var target = Extents.known(call, call.result(), axis);
      if (size.isEmpty() || target.isEmpty() || size.get() % target.get() != 0) {
        return Optional.empty();
      }
      kernel.add(size.get() / target.get());
    }
    return Optional.of(kernel);
  }

  /** The matrix that takes an axis to its means. */
  private static String weights(Call call, Emission emit, long size, long target) {
    var shape = List.of(size, target);
    ConstantPool.requireSmall(call, shape);
    return emit.constant(
        Numbers.of(
            call.result().type().onnx(),
            shape,
            index -> {
              long place = index / target;
              long start = start(index % target, size, target);
              long end = end(index % target, size, target);
              return start <= place && place < end ? 1.0 / (end - start) : 0;
            }));
  }

  /** What each window sees, the last of it again where others are longer. */
  private static String windows(Call call, Emission emit, long size, long target) {
    ConstantPool.requireSmall(call, List.of(target));
    long longest =
        LongStream.range(0, target)
            .map(i -> end(i, size, target) - start(i, size, target))
            .max()
            .orElse(1);
    var shape = List.of(target, longest);
    ConstantPool.requireSmall(call, shape);
    return emit.constant(
        Numbers.of(
            DataType.INT64,
            shape,
            index -> {
              long i = index / longest;
              return Math.min(start(i, size, target) + index % longest, end(i, size, target) - 1);
            }));
  }

  private static long start(long i, long size, long target) {
    return i * size / target;
  }

  private static long end(long i, long size, long target) {
    return ((i + 1) * size + target - 1) / target;
  }

  private static String exchanged(Emission emit, String value, int axis, int last) {
    var order = new ArrayList<>(LongStream.rangeClosed(0, last).boxed().toList());
    Collections.swap(order, axis, last);
    return emit.node("Transpose", List.of(value), Map.of("perm", Attribute.ints(order)));
  }
}
