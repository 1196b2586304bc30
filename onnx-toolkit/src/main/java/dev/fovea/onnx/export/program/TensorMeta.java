package dev.fovea.onnx.export.program;

import dev.fovea.onnx.graph.Dimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What PyTorch recorded about a tensor.
 *
 * @param offset of the first element in its storage, in elements
 * @param strides in elements
 */
public record TensorMeta(ScalarType type, List<Size> sizes, List<Size> strides, Size offset) {
  private static final int MAX_RANK = 64;

  public TensorMeta {
    sizes = List.copyOf(sizes);
    strides = List.copyOf(strides);
    if (sizes.size() > MAX_RANK || sizes.size() != strides.size()) {
      throw new IllegalArgumentException(
          "%d sizes and %d strides (expected: as many of each, at most %d)"
              .formatted(sizes.size(), strides.size(), MAX_RANK));
    }
    for (var size : sizes) {
      if (size instanceof Size.Known(long value) && value < 0) {
        throw new IllegalArgumentException("size %d (expected: >= 0)".formatted(value));
      }
    }
  }

  public int rank() {
    return sizes.size();
  }

  /** The sizes as numbers; empty if one of them depends on the inputs. */
  public Optional<List<Long>> shape() {
    return known(sizes);
  }

  /** The size of one axis as a number; negative axes count from the end. */
  public Optional<Long> size(int axis) {
    return sizes.get(axis < 0 ? axis + rank() : axis) instanceof Size.Known(long value)
        ? Optional.of(value)
        : Optional.empty();
  }

  /**
   * The shape as an ONNX model declares it; expressions become axes about which nothing is said.
   */
  public List<Dimension> dimensions() {
    return sizes.stream()
        .map(size ->
            switch (size) {
              case Size.Known(long value) -> Dimension.fixed(value);
              case Size.Symbolic symbol when symbol.isSymbol() -> Dimension.symbolic(symbol.text());
              case Size.Symbolic _, Size.Computed _ -> Dimension.unknown();
            })
        .toList();
  }

  /** Numbers of which none depends on the inputs; empty otherwise. */
  public static Optional<List<Long>> known(List<Size> sizes) {
    if (!sizes.stream().allMatch(Size.Known.class::isInstance)) {
      return Optional.empty();
    }
    return Optional.of(sizes.stream().map(Size.Known.class::cast).map(Size.Known::value).toList());
  }

  /** Strides, in elements, of a tensor whose elements lie in C order without gaps. */
  public static List<Long> rowMajor(List<Long> shape) {
    var strides = new ArrayList<Long>();
    long stride = 1;
    for (long size : shape.reversed()) {
      strides.addFirst(stride);
      stride *= Math.max(size, 1);
    }
    return strides;
  }
}
