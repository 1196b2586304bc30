package dev.fovea.onnx.export.lowering.shape;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.export.lowering.table.View.Sharing;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What PyTorch decides by strides: whether another shape needs a copy. */
final class Strides {
  /** Stands for a size that depends on the inputs; no product of other sizes is likely to be it. */
  private static final long ANY_SIZE = 1_000_003;

  private Strides() {}

  /** Whether {@code contiguous()} returns its argument. */
  static Sharing contiguous(Call call) {
    return contiguous(call.tensor("self").meta());
  }

  /** Whether {@code reshape} returns a view; {@code at::native::computeStride} decides so. */
  static Sharing reshaped(Call call) {
    return reshaped(call.tensor("self").meta(), call.result());
  }

  static Sharing reshaped(TensorMeta self, TensorMeta result) {
    if (contiguous(self) == Sharing.SHARED) {
      return Sharing.SHARED;
    }
    var sizes = numbers(self, self.sizes());
    var strides = TensorMeta.known(self.strides());
    var wanted = numbers(self, result.sizes());
    if (sizes.isEmpty() || strides.isEmpty() || wanted.isEmpty()) {
      return Sharing.UNKNOWN;
    }
    return View.shared(viewable(sizes.get(), strides.get(), wanted.get()));
  }

  /** Whether the elements lie in C order without gaps. */
  static Sharing contiguous(TensorMeta meta) {
    var sizes = numbers(meta, meta.sizes());
    var strides = TensorMeta.known(meta.strides());
    if (sizes.isEmpty() || strides.isEmpty()) {
      return Sharing.UNKNOWN;
    }
    if (sizes.get().contains(0L)) {
      return Sharing.SHARED;
    }
    long expected = 1;
    for (int axis = meta.rank() - 1; axis >= 0; axis--) {
      long size = sizes.get().get(axis);
      if (size != 1 && strides.get().get(axis) != expected) {
        return Sharing.COPIED;
      }
      expected *= size;
    }
    return Sharing.SHARED;
  }

  /**
   * Whether a tensor of these sizes and strides has the wanted shape without moving an element.
   * Axes that lie one in another form a block; each block must be the product of some of the new
   * axes.
   */
  private static boolean viewable(List<Long> sizes, List<Long> strides, List<Long> wanted) {
    if (sizes.contains(0L)) {
      return true;
    }
    int next = wanted.size() - 1;
    long block = 1;
    long innermost = sizes.isEmpty() ? 1 : strides.getLast();
    for (int axis = sizes.size() - 1; axis >= 0; axis--) {
      block *= sizes.get(axis);
      boolean joined =
          axis > 0 && (sizes.get(axis - 1) == 1 || strides.get(axis - 1) == block * innermost);
      if (!joined) {
        long covered = 1;
        while (next >= 0 && (covered < block || wanted.get(next) == 1)) {
          covered *= wanted.get(next--);
        }
        if (covered != block) {
          return false;
        }
        block = 1;
        innermost = axis > 0 ? strides.get(axis - 1) : 1;
      }
    }
    return next < 0 || wanted.subList(0, next + 1).stream().allMatch(size -> size == 1);
  }

  /** The sizes with a number in the place of the one symbol; empty if there is more than that. */
  private static Optional<List<Long>> numbers(TensorMeta meta, List<Size> sizes) {
    var symbols = new HashSet<Size>();
    var numbers = new ArrayList<Long>();
    for (var each : List.of(meta.sizes(), sizes)) {
      each.stream().filter(size -> !(size instanceof Size.Known)).forEach(symbols::add);
    }
    boolean simple =
        symbols.stream().allMatch(size -> size instanceof Size.Symbolic each && each.isSymbol());
    if (symbols.size() > 1 || !simple) {
      return Optional.empty();
    }
    sizes.forEach(size -> numbers.add(size instanceof Size.Known(long value) ? value : ANY_SIZE));
    return Optional.of(numbers);
  }
}
