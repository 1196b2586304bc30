package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.List;
import java.util.Optional;

/** Sizes of tensors and windows, some of which are only known when the model runs. */
public final class Extents {
  /** No axis of an image is longer, and products of two such sizes and a few more fit 64 bits. */
  static final long MOST = 1 << 28;

  private Extents() {}

  /** Integers for each of some axes, of which each must be in range. */
  public static List<Long> integers(Call call, String parameter, int axes, long least) {
    var values = call.integers(parameter, axes);
    values.forEach(value -> inRange(call, parameter, value, least));
    return values;
  }

  public static long inRange(Call call, String what, long value, long least) {
    if (value < least || value > MOST) {
      throw call.refuse("has the %s %d (expected: %d to %d)".formatted(what, value, least, MOST));
    }
    return value;
  }

  /** A size if it is known, which must then be one that a tensor with elements can have. */
  public static Optional<Long> known(Call call, TensorMeta meta, int axis) {
    if (axis < -meta.rank() || axis >= meta.rank()) {
      throw call.refuse("names axis %d of a tensor with %d axes".formatted(axis, meta.rank()));
    }
    return meta.size(axis).map(size -> inRange(call, "size", size, 1));
  }

  /** A tensor of a batch, or of a lone sample, with so many spatial axes. */
  public static Value spatial(Call call, String parameter, int axes) {
    var value = call.tensor(parameter);
    if (value.rank() != axes + 1 && value.rank() != axes + 2) {
      throw call.refuse(
          "is given %d axes (expected: %d or %d)".formatted(value.rank(), axes + 2, axes + 1));
    }
    return value;
  }

  /** Lets a lone sample be a batch of one for the time being. */
  public static String batched(Emission emit, boolean lone, String value) {
    return lone ? emit.node("Unsqueeze", value, emit.longs(0)) : value;
  }

  /** Undoes {@link #batched}. */
  public static String unbatched(Emission emit, boolean lone, String value) {
    return lone ? emit.node("Squeeze", value, emit.longs(0)) : value;
  }
}
