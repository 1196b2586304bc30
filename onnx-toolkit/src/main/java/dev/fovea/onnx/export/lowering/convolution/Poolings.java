package dev.fovea.onnx.export.lowering.convolution;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maxima and means over windows of one size. */
final class Poolings {
  private Poolings() {}

  static void register(OperatorTable table) {
    // The second result counts positions otherwise than ONNX does; using it is refused.
    table.add(
        (call, emit) -> max(call, emit, 1),
        "aten.max_pool1d.default",
        "aten.max_pool1d_with_indices.default");
    table.add(
        (call, emit) -> max(call, emit, 2),
        "aten.max_pool2d.default",
        "aten.max_pool2d_with_indices.default");
    table.add(
        (call, emit) -> max(call, emit, 3),
        "aten.max_pool3d.default",
        "aten.max_pool3d_with_indices.default");
    table.add((call, emit) -> average(call, emit, 1), "aten.avg_pool1d.default");
    table.add((call, emit) -> average(call, emit, 2), "aten.avg_pool2d.default");
    table.add((call, emit) -> average(call, emit, 3), "aten.avg_pool3d.default");
  }

  /** A window that moves over each spatial axis. */
  private record Window(
      List<Long> kernel, List<Long> strides, List<Long> padding, List<Long> dilations) {
    static Window of(Call call, int axes) {
      var kernel = Extents.integers(call, "kernel_size", axes, 1);
      return new Window(
          kernel,
          call.sizes("stride").isEmpty() ? kernel : Extents.integers(call, "stride", axes, 1),
          Extents.integers(call, "padding", axes, 0),
          call.has("dilation")
              ? Extents.integers(call, "dilation", axes, 1)
              : Collections.nCopies(axes, 1L));
    }

    int axes() {
      return kernel.size();
    }

    /** From the first to the last value that it sees, with those between. */
    long reach(int axis) {
      return dilations.get(axis) * (kernel.get(axis) - 1) + 1;
    }

    long area() {
      return kernel.stream().reduce(1L, Math::multiplyExact);
    }

    boolean padded() {
      return padding.stream().anyMatch(value -> value > 0);
    }

    Map<String, Attribute> attributes(List<Long> begins, List<Long> ends) {
      var pads = new ArrayList<>(begins);
      pads.addAll(ends);
      var attributes = new HashMap<String, Attribute>();
      attributes.put("kernel_shape", Attribute.ints(kernel));
      attributes.put("strides", Attribute.ints(strides));
      attributes.put("pads", Attribute.ints(pads));
      if (dilations.stream().anyMatch(value -> value != 1)) {
        attributes.put("dilations", Attribute.ints(dilations));
      }
      return attributes;
    }
  }

  private static String max(Call call, Emission emit, int axes) {
    var input = Extents.spatial(call, "self", axes);
    boolean lone = input.rank() == axes + 1;
    var window = Window.of(call, axes);
    var ends = ends(call, input, window);
    var batch = Extents.batched(emit, lone, input.name());
    boolean wide = false;
    for (int axis = 0; axis < axes; axis++) {
      wide |= ends.get(axis) >= window.kernel().get(axis);
    }
    var begins = window.padding();
    if (wide) {
      if (!input.type().isFloating()) {
        throw call.refuse("pads integers as wide as its window");
      }
      // ONNX Runtime refuses padding as wide as the window, so it becomes a node of its own.
      var pads = new ArrayList<>(List.of(0L, 0L));
      pads.addAll(begins);
      pads.addAll(List.of(0L, 0L));
      pads.addAll(ends);
      batch =
          emit.node(
              "Pad", batch, emit.longs(pads), emit.scalar(input.type(), Double.NEGATIVE_INFINITY));
      begins = Collections.nCopies(axes, 0L);
      ends = begins;
    }
    return Extents.unbatched(
        emit, lone, emit.node("MaxPool", List.of(batch), window.attributes(begins, ends)));
  }

  private static String average(Call call, Emission emit, int axes) {
    var input = Extents.spatial(call, "self", axes);
    boolean lone = input.rank() == axes + 1;
    var window = Window.of(call, axes);
    var ends = ends(call, input, window);
    var divisor =
        call.given("divisor_override")
            ? Optional.of(call.integer("divisor_override"))
            : Optional.<Long>empty();
    if (divisor.equals(Optional.of(0L))) {
      throw call.refuse("divides by divisor_override = 0");
    }
    boolean countsPadding =
        divisor.isPresent() || (call.flag("count_include_pad") && window.padded());
    var attributes = window.attributes(window.padding(), ends);
    attributes.put("count_include_pad", Attribute.of(countsPadding ? 1 : 0));
    var batch = Extents.batched(emit, lone, input.name());
    var mean = emit.node("AveragePool", List.of(batch), attributes);
    var type = call.result().type().onnx();
    if (divisor.isPresent()) {
      mean = emit.node("Mul", mean, emit.scalar(type, area(call, window) / (double) divisor.get()));
    } else if (countsPadding && !ends.equals(window.padding())) {
      mean = emit.node("Mul", mean, shares(call, emit, input, window));
    }
    return Extents.unbatched(emit, lone, mean);
  }

  private static long area(Call call, Window window) {
    try {
      return window.area();
    } catch (ArithmeticException e) {
      throw call.refuse("has the kernel %s, too large to count".formatted(window.kernel()));
    }
  }

  /**
   * Padding at the end of each axis. With ceil mode it is what makes ONNX's floor rule give the
   * size that PyTorch's ceil rule gave: the two differ where the last window would start in the
   * padding, and runtimes differ in how they count what is beyond.
   */
  private static List<Long> ends(Call call, Value input, Window window) {
    if (!call.flag("ceil_mode")) {
      return window.padding();
    }
    int axes = window.axes();
    var ends = new ArrayList<Long>();
    for (int axis = 0; axis < axes; axis++) {
      long padding = window.padding().get(axis);
      long stride = window.strides().get(axis);
      var size = Extents.known(call, input.meta(), axis - axes);
      var result = Extents.known(call, call.result(), axis - axes);
      if (size.isPresent() && result.isPresent()) {
        long needed = (result.get() - 1) * stride + window.reach(axis) - size.get() - padding;
        // Less than the padding: what is left over behind the last window changes nothing.
        ends.add(
            needed <= padding && fits(size.get(), padding, window, axis, result.get())
                ? padding
                : Math.max(needed, 0));
      } else if (padding + stride <= window.reach(axis)) {
        // No window starts behind the input, so that one stride less one always completes the last.
        ends.add(padding + stride - 1);
      } else {
        throw call.refuse(
            "rounds up the size of an axis that is only known when the model runs, with the"
                + " windows' kernel %s, stride %s, padding %s"
                    .formatted(window.kernel(), window.strides(), window.padding()));
      }
    }
    return ends;
  }

  /** Whether the floor rule comes to the result with the same padding on both sides. */
  private static boolean fits(long size, long padding, Window window, int axis, long result) {
    long free = size + 2 * padding - window.reach(axis);
    return free >= 0 && free / window.strides().get(axis) + 1 == result;
  }

  /** For each place, its window's area over what PyTorch divides by: no more than the padding. */
  private static String shares(Call call, Emission emit, Value input, Window window) {
    int axes = window.axes();
    var counted = new ArrayList<double[]>();
    var shape = new ArrayList<Long>();
    for (int axis = 0; axis < axes; axis++) {
      long size =
          Extents.known(call, input.meta(), axis - axes)
              .orElseThrow(() -> call.refuse("counts padding of an axis of unknown size"));
      shape.add(call.fixedSize(call.result(), axis - axes));
      ConstantPool.requireSmall(call, shape);
      long padding = window.padding().get(axis);
      var factors = new double[shape.getLast().intValue()];
      for (int i = 0; i < factors.length; i++) {
        long start = i * window.strides().get(axis) - padding;
        long end = Math.min(start + window.kernel().get(axis), size + padding);
        factors[i] = window.kernel().get(axis) / (double) (end - start);
      }
      counted.add(factors);
    }
    return emit.constant(
        Numbers.of(call.result().type().onnx(), shape, index -> product(counted, index)));
  }

  private static double product(List<double[]> factors, int index) {
    double product = 1;
    int rest = index;
    for (var each : factors.reversed()) {
      product *= each[rest % each.length];
      rest /= each.length;
    }
    return product;
  }
}
