package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Tensors with a part of them replaced: what ONNX has in the place of writing into a view. */
public final class Patches {
  private Patches() {}

  /**
   * A tensor with a slice of it replaced; {@code start}, {@code end} and {@code step} say which.
   */
  public static String slice(Call call, Emission emit, String changed) {
    var self = call.tensor("self");
    int axis = call.axis("dim", self.rank());
    long start = call.given("start") ? call.integer("start") : 0;
    long end = call.given("end") ? call.integer("end") : Long.MAX_VALUE;
    long step = call.integer("step");
    var size = self.meta().size(axis);
    if (size.isPresent()) {
      long from = bounded(start, size.get());
      long to = Math.max(from, bounded(end, size.get()));
      return step == 1
          ? range(emit, self, axis, from, to, changed)
          : strided(call, emit, self, axis, from, to, step, changed);
    }
    // Without the size only ends that cannot be in the wrong order are safe.
    boolean ordered = start == 0 || end == Long.MAX_VALUE || (start < 0 == end < 0 && start <= end);
    if (step != 1 || !ordered) {
      throw call.refuse(
          "writes every %d from %d to %d of an axis whose size depends on the input"
              .formatted(step, start, end));
    }
    return range(emit, self, axis, start, end, changed);
  }

  /** A tensor with the slices {@code from} to {@code to} of an axis replaced. */
  static String range(Emission emit, Value self, int axis, long from, long to, String changed) {
    var parts = new ArrayList<String>();
    if (from != 0) {
      parts.add(emit.slice(self.name(), 0, from, axis, 1));
    }
    parts.add(changed);
    boolean whole = self.meta().size(axis).filter(size -> size <= to).isPresent();
    if (!whole && to != Long.MAX_VALUE) {
      parts.add(emit.slice(self.name(), to, Long.MAX_VALUE, axis, 1));
    }
    return join(emit, parts, axis);
  }

  /** A tensor with one slice of an axis replaced by a tensor without that axis. */
  public static String select(
      Call call, Emission emit, Value self, int axis, long index, String changed) {
    var size = self.meta().size(axis);
    if (size.isPresent() && (index < -size.get() || index >= size.get())) {
      throw call.refuse(
          "takes slice %d of an axis of %d".formatted(index, size.get()),
          "Save the program again with torch.export.save.");
    }
    var slice = emit.node("Unsqueeze", changed, emit.longs(axis));
    long to = index == -1 ? Long.MAX_VALUE : index + 1;
    return range(emit, self, axis, index, to, slice);
  }

  /** A tensor with one part of a list of them, side by side along an axis, replaced. */
  static String part(
      Call call, Emission emit, int axis, List<TensorMeta> parts, int result, String changed) {
    long from = 0;
    for (var before : parts.subList(0, result)) {
      from = Math.addExact(from, call.fixedSize(before, axis));
    }
    long to = Math.addExact(from, call.fixedSize(parts.get(result), axis));
    return range(emit, call.tensor("self"), axis, from, to, changed);
  }

  /** Axes of a tensor back in the order that they had before. */
  public static String restore(Emission emit, String changed, List<Long> order) {
    var inverse = new ArrayList<>(Collections.nCopies(order.size(), 0L));
    for (int axis = 0; axis < order.size(); axis++) {
      inverse.set(order.get(axis).intValue(), (long) axis);
    }
    return emit.node("Transpose", List.of(changed), Map.of("perm", Attribute.ints(inverse)));
  }

  private static String strided(
      Call call,
      Emission emit,
      Value self,
      int axis,
      long from,
      long to,
      long step,
      String changed) {
    if (step < 1) {
      throw call.refuse("writes with the step %d".formatted(step));
    }
    int size = ConstantPool.elements(call, List.of(call.fixedSize(self.meta(), axis)));
    // From both tensors in a row, each place takes its own: the changed ones lie behind.
    var places = LongStream.range(0, size).toArray();
    long next = size;
    for (long at = from; at < to; at += step) {
      places[(int) at] = next++;
    }
    return emit.node(
        "Gather",
        List.of(join(emit, List.of(self.name(), changed), axis), emit.longs(places)),
        Map.of("axis", Attribute.of(axis)));
  }

  private static String join(Emission emit, List<String> parts, int axis) {
    return parts.size() == 1
        ? parts.getFirst()
        : emit.node("Concat", parts, Map.of("axis", Attribute.of(axis)));
  }

  private static long bounded(long index, long size) {
    return Math.clamp(index < 0 ? index + size : index, 0, size);
  }
}
