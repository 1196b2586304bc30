package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Maxima and means over windows. */
final class Poolings {
  private Poolings() {}

  static void register(Lowerings table) {
    table.add((call, emit) -> max(call, emit, 1), "aten.max_pool1d.default");
    table.add(
        (call, emit) -> max(call, emit, 2),
        "aten.max_pool2d.default",
        // The second result counts positions otherwise than ONNX does; using it is refused.
        "aten.max_pool2d_with_indices.default");
    table.add((call, emit) -> average(call, emit, 1), "aten.avg_pool1d.default");
    table.add((call, emit) -> average(call, emit, 2), "aten.avg_pool2d.default");
    table.add((call, emit) -> adaptiveAverage(call, emit, 1), "aten.adaptive_avg_pool1d.default");
    table.add(
        (call, emit) -> adaptiveAverage(call, emit, 2),
        "aten.adaptive_avg_pool2d.default",
        "aten._adaptive_avg_pool2d.default");
  }

  private record Window(List<Long> kernel, List<Long> strides, List<Long> padding) {
    static Window of(Call call, int axes) {
      var kernel = call.integers("kernel_size", axes);
      var strides = call.sizes("stride").isEmpty() ? kernel : call.integers("stride", axes);
      var padding = call.integers("padding", axes);
      for (int axis = 0; axis < axes; axis++) {
        if (kernel.get(axis) < 1 || strides.get(axis) < 1 || padding.get(axis) < 0) {
          throw call.refuse(
              "has kernel %s, stride %s, padding %s".formatted(kernel, strides, padding));
        }
      }
      return new Window(kernel, strides, padding);
    }

    Map<String, Attribute> attributes(List<Long> endPadding) {
      var pads = new ArrayList<>(padding);
      pads.addAll(endPadding);
      var attributes = new HashMap<String, Attribute>();
      attributes.put("kernel_shape", Attribute.ints(kernel));
      attributes.put("strides", Attribute.ints(strides));
      attributes.put("pads", Attribute.ints(pads));
      return attributes;
    }
  }

  private static String max(Call call, Emission emit, int axes) {
    var input = call.tensor("self");
    var window = Window.of(call, axes);
    var dilations = call.integers("dilation", axes);
    var ends =
        call.flag("ceil_mode") ? endPadding(call, input, window, dilations) : window.padding();
    boolean wide = false;
    for (int axis = 0; axis < axes; axis++) {
      wide |= ends.get(axis) >= window.kernel().get(axis);
    }
    if (!wide) {
      return pool(call, emit, axes, "MaxPool", window.attributes(ends), dilations);
    }
    // ONNX Runtime refuses padding as wide as the window, so it becomes a node of its own.
    var none = Collections.nCopies(axes, 0L);
    var pads = new ArrayList<>(Collections.nCopies(input.rank() - axes, 0L));
    pads.addAll(window.padding());
    pads.addAll(Collections.nCopies(input.rank() - axes, 0L));
    pads.addAll(ends);
    var padded =
        emit.node(
            "Pad",
            input.name(),
            emit.longs(pads),
            emit.scalar(input.type(), Double.NEGATIVE_INFINITY));
    return pool(
        emit,
        input.rank() == axes + 1,
        "MaxPool",
        padded,
        dilated(new Window(window.kernel, window.strides, none).attributes(none), dilations));
  }

  /**
   * Padding at the end that makes ONNX's floor rule give the size that PyTorch's ceil rule gave;
   * the two round differently where the last window would start in the padding.
   */
  private static List<Long> endPadding(
      Call call, Value input, Window window, List<Long> dilations) {
    int axes = dilations.size();
    var result = call.result();
    var ends = new ArrayList<Long>();
    for (int axis = 0; axis < axes; axis++) {
      int fromEnd = axis - axes;
      long reach = dilations.get(axis) * (window.kernel().get(axis) - 1) + 1;
      long needed =
          (call.fixedSize(result, fromEnd) - 1) * window.strides().get(axis)
              + reach
              - call.fixedSize(input.meta(), fromEnd)
              - window.padding().get(axis);
      ends.add(Math.max(needed, 0));
    }
    return ends;
  }

  private static String average(Call call, Emission emit, int axes) {
    var window = Window.of(call, axes);
    var attributes = window.attributes(window.padding());
    boolean divisor = call.given("divisor_override");
    boolean ceil = call.flag("ceil_mode");
    if (divisor && ceil) {
      throw call.refuse("has both ceil_mode and divisor_override");
    }
    attributes.put("ceil_mode", Attribute.of(ceil ? 1 : 0));
    attributes.put(
        "count_include_pad", Attribute.of(divisor || call.flag("count_include_pad") ? 1 : 0));
    var mean = pool(call, emit, axes, "AveragePool", attributes, List.of());
    if (!divisor) {
      return mean;
    }
    double area =
        window.kernel().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
    return emit.node(
        "Mul",
        mean,
        emit.scalar(call.result().type().onnx(), area / call.integer("divisor_override")));
  }

  private static String adaptiveAverage(Call call, Emission emit, int axes) {
    var input = call.tensor("self");
    var result = call.result();
    var targets = new ArrayList<Long>();
    for (int axis = -axes; axis < 0; axis++) {
      targets.add(call.fixedSize(result, axis));
    }
    if (targets.stream().allMatch(size -> size == 1)) {
      return pool(call, emit, axes, "GlobalAveragePool", Map.of(), List.of());
    }
    var kernel = new ArrayList<Long>();
    for (int axis = 0; axis < axes; axis++) {
      long size = call.fixedSize(input.meta(), axis - axes);
      long target = targets.get(axis);
      if (target < 1 || size % target != 0) {
        throw call.refuse(
            "pools %d values into %d (expected: a divisor)".formatted(size, target),
            "Pool to a size that divides the feature map, or use the Python exporter.");
      }
      kernel.add(size / target);
    }
    var none = Collections.nCopies(axes, 0L);
    return pool(
        call,
        emit,
        axes,
        "AveragePool",
        new Window(kernel, kernel, none).attributes(none),
        List.of());
  }

  private static String pool(
      Call call,
      Emission emit,
      int axes,
      String opType,
      Map<String, Attribute> attributes,
      List<Long> dilations) {
    var input = call.tensor("self");
    return pool(
        emit,
        input.rank() == axes + 1,
        opType,
        input.name(),
        dilations.isEmpty() ? attributes : dilated(attributes, dilations));
  }

  /** ONNX pools batches only: a lone sample gets a batch axis for the time being. */
  private static String pool(
      Emission emit, boolean lone, String opType, String input, Map<String, Attribute> attributes) {
    var batch = lone ? emit.node("Unsqueeze", input, emit.longs(0)) : input;
    var pooled = emit.node(opType, List.of(batch), attributes);
    return lone ? emit.node("Squeeze", pooled, emit.longs(0)) : pooled;
  }

  private static Map<String, Attribute> dilated(
      Map<String, Attribute> attributes, List<Long> dilations) {
    var more = new HashMap<>(attributes);
    more.put("dilations", Attribute.ints(dilations));
    return more;
  }
}
