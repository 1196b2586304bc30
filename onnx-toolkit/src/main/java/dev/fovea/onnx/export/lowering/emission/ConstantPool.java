package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The constants of the graph by name: stored weights, which are read when they are first needed,
 * and small ones of the exporter's making, of which equal ones are one. What they cost is bounded.
 */
public final class ConstantPool {
  /** A constant that the exporter itself makes may have at most this many elements. */
  private static final long MAX_ELEMENTS = 4_000_000;

  /** All of these together; what programs need of it is some megabytes. */
  private static final long MAX_BYTES = 128L << 20;

  /** Bytes written for constants and elements looked at, also where the same is asked for again. */
  private static final long MAX_WORK = 2L << 30;

  private final Names names;
  private final Map<String, Supplier<Tensor>> constants = new HashMap<>();
  private final Set<String> foldable = new HashSet<>();
  private final Map<Tensor, String> shared = new HashMap<>();
  private final Map<String, LongSummaryStatistics> ranges = new HashMap<>();
  private long bytes;
  private long work;

  ConstantPool(Names names) {
    this.names = names;
  }

  /**
   * A constant by its name, read on the first use; empty for what a node or the caller supplies.
   */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(constants.get(name)).map(Supplier::get);
  }

  public boolean has(String name) {
    return constants.containsKey(name);
  }

  /**
   * Makes a stored tensor available under a name without reading it.
   *
   * @param folded whether what depends on it alone may be computed here
   */
  public void stored(String name, boolean folded, Supplier<Tensor> tensor) {
    constants.put(name, tensor);
    if (folded) {
      foldable.add(name);
    }
  }

  /** A constant that is made of stored ones when it is first read. */
  public String derived(String name, Supplier<Tensor> tensor) {
    var claimed = names.claim(name, "w");
    constants.put(claimed, tensor);
    return claimed;
  }

  /** The elements of a constant that is not a weight; empty for everything else. */
  public Optional<Tensor> known(String name) {
    return isKnown(name) ? find(name) : Optional.empty();
  }

  boolean isKnown(String name) {
    return foldable.contains(name);
  }

  /** Smallest and largest of integers that are known; empty for everything else. */
  public Optional<LongSummaryStatistics> range(String name) {
    return known(name)
        .filter(tensor -> tensor.type() == DataType.INT64)
        .map(tensor ->
            ranges.computeIfAbsent(name, _ -> Arrays.stream(tensor.longs()).summaryStatistics()));
  }

  /** A constant of the caller's making. */
  public String literal(Call call, Tensor tensor) {
    if (tensor.elements() > MAX_ELEMENTS) {
      throw tooLarge(call, tensor.shape());
    }
    return add(tensor);
  }

  /** A constant with the same value everywhere, refused if it would be large. */
  public String filled(Call call, DataType type, List<Long> shape, double value) {
    requireSmall(call, shape);
    return add(Numbers.filled(type, shape, value));
  }

  /**
   * Number of elements of a constant that is to be made.
   *
   * @throws Inconvertible if there would be too many
   */
  public static int elements(Call call, List<Long> shape) {
    requireSmall(call, shape);
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  /** Refuses the shape of a constant that would be large. */
  public static void requireSmall(Call call, List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyHigh(elements, size) == 0 ? elements * size : Long.MAX_VALUE;
      if (elements < 0 || elements > MAX_ELEMENTS) {
        throw tooLarge(call, shape);
      }
    }
  }

  /** Counts what the conversion costs. */
  public void spend(long amount) {
    work += amount;
    if (work > MAX_WORK) {
      throw new Inconvertible(
          "the program asks for too much to be computed at conversion",
          "Keep large tables as buffers of the model, which are stored once.");
    }
  }

  /** Makes a small constant available; equal ones are one. */
  String add(Tensor tensor) {
    spend(tensor.data().remaining());
    return shared.computeIfAbsent(
        tensor,
        each -> {
          var name = names.claim("const", "const");
          bytes += each.data().remaining();
          if (bytes > MAX_BYTES) {
            throw new Inconvertible(
                "the program asks for constants of more than %d bytes".formatted(MAX_BYTES),
                "Keep large tables as buffers of the model, which are stored once.");
          }
          constants.put(name, () -> each);
          foldable.add(name);
          return name;
        });
  }

  private static Inconvertible tooLarge(Call call, List<Long> shape) {
    return call.refuse(
        "needs a constant of shape %s (expected: at most %d elements)"
            .formatted(shape, MAX_ELEMENTS));
  }
}
