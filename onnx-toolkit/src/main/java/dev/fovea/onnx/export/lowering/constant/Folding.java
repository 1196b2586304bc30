package dev.fovea.onnx.export.lowering.constant;

import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes nodes whose inputs are constants: masks of windows, tables of indices, sizes. What is
 * large, rounds otherwise than ONNX Runtime or fails stays a node. Memory and work of one program
 * are bounded, so that a small archive cannot ask for much of either.
 */
public final class Folding {
  private static final int MAX_ELEMENTS = 1 << 20;
  private static final long MAX_BYTES = 64L << 20;
  private static final long MAX_WORK = 200_000_000;

  private long bytes;
  private long work;

  /** Whether what is computed of a tensor may be computed here. */
  public static boolean isSmall(TensorMeta meta) {
    long elements = 1;
    for (var size : meta.sizes()) {
      if (!(size instanceof Size.Known(long value)) || value > MAX_ELEMENTS) {
        return false;
      }
      elements *= value;
      if (elements > MAX_ELEMENTS) {
        return false;
      }
    }
    return true;
  }

  /**
   * The result of a node; empty if it has to stay one.
   *
   * @param inputs empty where the node omits one
   */
  public Optional<Tensor> fold(
      String opType, List<Optional<Tensor>> inputs, Map<String, Attribute> attributes) {
    long read = inputs.stream().flatMap(Optional::stream).mapToLong(Tensor::elements).sum();
    work += read;
    if (read > 4L * MAX_ELEMENTS || work > MAX_WORK || bytes > MAX_BYTES) {
      return Optional.empty();
    }
    Optional<Tensor> result;
    try {
      result = compute(opType, inputs, attributes);
    } catch (ArithmeticException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | IllegalStateException _) {
      // A node that cannot be computed is left as it is: whoever runs it says why.
      return Optional.empty();
    }
    result.ifPresent(tensor -> {
      bytes += tensor.data().remaining();
      work += tensor.elements();
    });
    return result;
  }

  private static Optional<Tensor> compute(
      String opType, List<Optional<Tensor>> inputs, Map<String, Attribute> attributes) {
    if (inputs.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    var in = inputs.stream().flatMap(Optional::stream).toList();
    return switch (opType) {
      case "Reshape" -> reshape(in.getFirst(), in.get(1).longs(), attributes);
      case "Unsqueeze" -> Optional.of(unsqueeze(in.getFirst(), in.get(1).longs()));
      case "Squeeze" -> Optional.of(squeeze(in));
      case "Transpose" ->
          permutation(attributes).map(order -> transpose(Strided.of(in.getFirst()), order));
      case "Slice" -> slice(in);
      case "Expand" -> expand(in.getFirst(), in.get(1).longs());
      case "Concat" -> concat(in, integer(attributes, "axis", 0));
      case "Gather" -> gather(in.getFirst(), in.get(1), integer(attributes, "axis", 0));
      case "Shape" -> shape(in.getFirst(), attributes);
      case "Cast" ->
          DataType.of(integer(attributes, "to", 0))
              .flatMap(type -> Elementwise.cast(in.getFirst(), type));
      default -> Elementwise.compute(opType, in, attributes, MAX_ELEMENTS);
    };
  }

  private static Optional<Tensor> reshape(
      Tensor tensor, long[] wanted, Map<String, Attribute> attributes) {
    boolean zeroes = integer(attributes, "allowzero", 0) == 0;
    var shape = new ArrayList<Long>();
    long product = 1;
    int inferred = -1;
    for (int axis = 0; axis < wanted.length; axis++) {
      long size = wanted[axis];
      if (size == 0 && zeroes) {
        return Optional.empty();
      }
      if (size == -1) {
        inferred = axis;
      } else {
        product = Math.multiplyExact(product, size);
      }
      shape.add(size);
    }
    if (inferred >= 0) {
      if (product == 0 || tensor.elements() % product != 0) {
        return Optional.empty();
      }
      shape.set(inferred, tensor.elements() / product);
    }
    return Optional.of(shaped(tensor, shape));
  }

  private static Tensor unsqueeze(Tensor tensor, long[] axes) {
    var shape = new ArrayList<>(tensor.shape());
    // The exporter lists axes of the result, in rising order.
    for (long axis : axes) {
      shape.add(Math.toIntExact(axis), 1L);
    }
    return shaped(tensor, shape);
  }

  private static Tensor squeeze(List<Tensor> in) {
    var shape = new ArrayList<>(in.getFirst().shape());
    if (in.size() == 1) {
      shape.removeIf(size -> size == 1);
    } else {
      var axes = in.get(1).longs();
      for (int i = axes.length - 1; i >= 0; i--) {
        shape.remove(
            Math.toIntExact(axes[i] < 0 ? axes[i] + in.getFirst().shape().size() : axes[i]));
      }
    }
    return shaped(in.getFirst(), shape);
  }

  private static Optional<List<Long>> permutation(Map<String, Attribute> attributes) {
    return attributes.get("perm") instanceof Attribute.IntsAttribute(List<Long> order)
        ? Optional.of(order)
        : Optional.empty();
  }

  private static Tensor transpose(Strided source, List<Long> order) {
    return source.permuted(order).gather();
  }

  private static Optional<Tensor> slice(List<Tensor> in) {
    if (in.size() != 5) {
      return Optional.empty();
    }
    var source = Strided.of(in.getFirst());
    var starts = in.get(1).longs();
    var ends = in.get(2).longs();
    var axes = in.get(3).longs();
    var steps = in.get(4).longs();
    for (int i = 0; i < axes.length; i++) {
      if (steps[i] < 0 && (ends[i] == Integer.MAX_VALUE || ends[i] == Long.MAX_VALUE)) {
        // ONNX Runtime takes these two for "all the way", which backwards is the other end.
        return Optional.empty();
      }
      source = source.sliced(Math.toIntExact(axes[i]), starts[i], ends[i], steps[i]);
    }
    return Optional.of(source.gather());
  }

  private static Optional<Tensor> expand(Tensor tensor, long[] wanted) {
    var shape = new ArrayList<Long>();
    long elements = 1;
    int rank = Math.max(wanted.length, tensor.shape().size());
    for (int axis = 0; axis < rank; axis++) {
      int own = axis - rank + tensor.shape().size();
      int other = axis - rank + wanted.length;
      long size = own < 0 ? 1 : tensor.shape().get(own);
      long asked = other < 0 ? 1 : wanted[other];
      if (asked < 0) {
        return Optional.empty();
      }
      shape.add(size == 1 ? asked : size);
      elements = Math.multiplyExact(elements, shape.getLast());
    }
    if (elements > MAX_ELEMENTS) {
      return Optional.empty();
    }
    return Optional.of(Strided.of(tensor).broadcast(shape).gather());
  }

  private static Optional<Tensor> concat(List<Tensor> in, long axis) {
    var shape = new ArrayList<>(in.getFirst().shape());
    int at = Math.toIntExact(axis < 0 ? axis + shape.size() : axis);
    shape.set(at, in.stream().mapToLong(each -> each.shape().get(at)).sum());
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    boolean alike =
        in.stream()
            .allMatch(each -> {
              var sizes = new ArrayList<>(each.shape());
              sizes.set(at, shape.get(at));
              return each.type() == in.getFirst().type() && sizes.equals(shape);
            });
    return elements > MAX_ELEMENTS || !alike
        ? Optional.empty()
        : Optional.of(Strided.concat(in, shape, at));
  }

  private static Optional<Tensor> gather(Tensor tensor, Tensor index, long axis) {
    int at = Math.toIntExact(axis < 0 ? axis + tensor.shape().size() : axis);
    var shape = new ArrayList<>(tensor.shape());
    shape.remove(at);
    shape.addAll(at, index.shape());
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    return elements > MAX_ELEMENTS || index.type() != DataType.INT64
        ? Optional.empty()
        : Optional.of(Strided.take(tensor, index.longs(), at, shape));
  }

  private static Optional<Tensor> shape(Tensor tensor, Map<String, Attribute> attributes) {
    int start = Math.toIntExact(integer(attributes, "start", 0));
    int end = Math.toIntExact(integer(attributes, "end", tensor.shape().size()));
    var sizes = tensor.shape().subList(start, end);
    return Optional.of(
        Tensor.ofLongs(
            "", List.of((long) sizes.size()), sizes.stream().mapToLong(Long::longValue).toArray()));
  }

  static Tensor shaped(Tensor tensor, List<Long> shape) {
    return new Tensor("", tensor.type(), shape, tensor.data());
  }

  static long integer(Map<String, Attribute> attributes, String key, long other) {
    return attributes.get(key) instanceof Attribute.IntAttribute(long value) ? value : other;
  }
}
