package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** Pixels that become channels and the other way round, and the values of windows side by side. */
final class Rearranging {
  private static final long MOST_FACTOR = 1 << 12;

  private Rearranging() {}

  static void register(OperatorTable table) {
    table.add(Rearranging::pixelShuffle, "aten.pixel_shuffle.default");
    table.add(Rearranging::pixelUnshuffle, "aten.pixel_unshuffle.default");
    table.add(
        Rearranging::channelShuffle,
        "aten.channel_shuffle.default",
        "aten.native_channel_shuffle.default");
    table.add(Rearranging::windows, "aten.im2col.default");
    table.add(Rearranging::summedWindows, "aten.col2im.default");
    table.addView(Rearranging::unfold, View.readOnly(), "aten.unfold.default");
  }

  private static String pixelShuffle(Call call, Emission emit) {
    var self = Extents.spatial(call, "self", 2);
    long factor = factor(call, "upscale_factor");
    long channels = call.fixedSize(self.meta(), self.rank() - 3);
    if (channels % (factor * factor) != 0) {
      throw call.refuse(
          "shuffles %d channels by %d (expected: a multiple of %d)"
              .formatted(channels, factor, factor * factor));
    }
    boolean lone = self.rank() == 3;
    var shuffled =
        emit.node(
            "DepthToSpace",
            List.of(Extents.batched(emit, lone, self.name())),
            Map.of("blocksize", Attribute.of(factor), "mode", Attribute.of("CRD")));
    return Extents.unbatched(emit, lone, shuffled);
  }

  /** ONNX puts the channels of one place in the block together, PyTorch the places of a channel. */
  private static String pixelUnshuffle(Call call, Emission emit) {
    var self = Extents.spatial(call, "self", 2);
    long factor = factor(call, "downscale_factor");
    long area = factor * factor;
    long channels = call.fixedSize(self.meta(), self.rank() - 3);
    boolean lone = self.rank() == 3;
    var blocks =
        emit.node(
            "SpaceToDepth",
            List.of(Extents.batched(emit, lone, self.name())),
            Map.of("blocksize", Attribute.of(factor)));
    Extents.inRange(call, "channels", channels, 1);
    var ordered =
        channels == 1
            ? blocks
            : picked(
                call,
                emit,
                blocks,
                1,
                List.of(channels * area),
                index -> index % area * channels + index / area);
    return Extents.unbatched(emit, lone, ordered);
  }

  private static String channelShuffle(Call call, Emission emit) {
    var self = call.tensor("self");
    long groups = call.integer("groups");
    if (self.rank() < 3) {
      throw call.refuse("shuffles channels of a tensor with %d axes".formatted(self.rank()));
    }
    long channels = Extents.inRange(call, "channels", call.fixedSize(self.meta(), 1), 1);
    if (groups < 1 || channels % groups != 0) {
      throw call.refuse(
          "shuffles %d channels in %d groups (expected: a divisor)".formatted(channels, groups));
    }
    return picked(
        call,
        emit,
        self.name(),
        1,
        List.of(channels),
        index -> index % groups * (channels / groups) + index / groups);
  }

  /** {@code torch.nn.Unfold}: a column for each place of the window. */
  private static String windows(Call call, Emission emit) {
    var self = Extents.spatial(call, "self", 2);
    boolean lone = self.rank() == 3;
    var padding = Extents.integers(call, "padding", 2, 0);
    var value = Extents.batched(emit, lone, self.name());
    if (padding.stream().anyMatch(each -> each > 0)) {
      var pads = new ArrayList<>(List.of(0L, 0L));
      pads.addAll(padding);
      pads.addAll(List.copyOf(pads));
      value = emit.node("Pad", value, emit.longs(pads), emit.scalar(self.type(), 0));
    }
    var rows = Grid.of(call, self, 0);
    var columns = Grid.of(call, self, 1);
    // (N, C, H, W), then (N, C, kernel, rows, W), then (N, C, kernel, rows, kernel, columns).
    value = picked(call, emit, value, 2, rows.shape(), rows::place);
    value = picked(call, emit, value, 4, columns.shape(), columns::place);
    var ordered =
        emit.node("Transpose", List.of(value), Map.of("perm", Attribute.ints(0, 1, 2, 4, 3, 5)));
    var result = emit.reshape(ordered, List.of(0L, -1L, rows.steps() * columns.steps()));
    return Extents.unbatched(emit, lone, result);
  }

  /** Where a window of one axis is at each step. */
  private record Grid(long kernel, long dilation, long stride, long steps) {
    static Grid of(Call call, Value self, int axis) {
      long kernel = Extents.integers(call, "kernel_size", 2, 1).get(axis);
      long dilation = Extents.integers(call, "dilation", 2, 1).get(axis);
      long stride = Extents.integers(call, "stride", 2, 1).get(axis);
      long padding = Extents.integers(call, "padding", 2, 0).get(axis);
      long size =
          Extents.inRange(call, "size", call.fixedSize(self.meta(), axis - 2), 1) + 2 * padding;
      long free = size - dilation * (kernel - 1) - 1;
      if (free < 0) {
        throw call.refuse(
            "moves a window of %d values, dilated by %d, over %d"
                .formatted(kernel, dilation, size));
      }
      return new Grid(kernel, dilation, stride, free / stride + 1);
    }

    List<Long> shape() {
      return List.of(kernel, steps);
    }

    long place(long index) {
      return index / steps * dilation + index % steps * stride;
    }
  }

  /** {@code torch.nn.Fold}. */
  private static String summedWindows(Call call, Emission emit) {
    var self = call.tensor("self");
    if (self.rank() != 2 && self.rank() != 3) {
      throw call.refuse("is given %d axes (expected: 3 or 2)".formatted(self.rank()));
    }
    boolean lone = self.rank() == 2;
    var size = Extents.integers(call, "output_size", 2, 1);
    var kernel = Extents.integers(call, "kernel_size", 2, 1);
    var padding = Extents.integers(call, "padding", 2, 0);
    var pads = new ArrayList<>(padding);
    pads.addAll(padding);
    var image =
        emit.node(
            "Col2Im",
            List.of(Extents.batched(emit, lone, self.name()), emit.longs(size), emit.longs(kernel)),
            Map.of(
                "dilations",
                Attribute.ints(Extents.integers(call, "dilation", 2, 1)),
                "pads",
                Attribute.ints(pads),
                "strides",
                Attribute.ints(Extents.integers(call, "stride", 2, 1))));
    return Extents.unbatched(emit, lone, image);
  }

  /** {@code Tensor.unfold}: windows over one axis, their values along a new last one. */
  private static String unfold(Call call, Emission emit) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      throw call.refuse("moves a window over a tensor without axes");
    }
    int axis = call.axis("dimension", self.rank());
    long length = Extents.inRange(call, "size", call.fixedSize(self.meta(), axis), 1);
    long size = Extents.inRange(call, "size", call.integer("size"), 1);
    long step = Extents.inRange(call, "step", call.integer("step"), 1);
    if (size > length) {
      throw call.refuse("moves a window of %d values over %d".formatted(size, length));
    }
    long steps = (length - size) / step + 1;
    var windows =
        picked(
            call,
            emit,
            self.name(),
            axis,
            List.of(steps, size),
            index -> index / size * step + index % size);
    if (axis == self.rank() - 1) {
      return windows;
    }
    var order = new ArrayList<Long>();
    for (long each = 0; each <= self.rank(); each++) {
      order.add(each);
    }
    Collections.rotate(order.subList(axis + 1, order.size()), -1);
    return emit.node("Transpose", List.of(windows), Map.of("perm", Attribute.ints(order)));
  }

  /** Values of one axis at constant places, which take the axis' place in the shape. */
  private static String picked(
      Call call, Emission emit, String value, int axis, List<Long> shape, LongUnaryOperator place) {
    ConstantPool.requireSmall(call, shape);
    var places =
        emit.constant(Numbers.of(DataType.INT64, shape, index -> place.applyAsLong(index)));
    return emit.node("Gather", List.of(value, places), Map.of("axis", Attribute.of(axis)));
  }

  private static long factor(Call call, String parameter) {
    long factor = call.integer(parameter);
    if (factor < 1 || factor > MOST_FACTOR) {
      throw call.refuse("has the factor %d (expected: 1 to %d)".formatted(factor, MOST_FACTOR));
    }
    return factor;
  }
}
