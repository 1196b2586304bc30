package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Folding;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
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
 * The graph under construction: nodes and constants, each with a fresh name. A node whose inputs
 * are all known becomes a constant at once, as far as {@link Folding} goes.
 */
public final class Emission {
  /** A constant that the exporter itself makes may have at most this many elements. */
  private static final long MAX_CONSTANT_ELEMENTS = 4_000_000;

  /** All of these together; what programs need of it is some megabytes. */
  private static final long MAX_CONSTANT_BYTES = 128L << 20;

  /** Bytes written for constants and elements looked at, also where the same is asked for again. */
  private static final long MAX_WORK = 2L << 30;

  /** An axis of a tensor of the graph. */
  private record Axis(String tensor, int axis) {}

  private final Names names;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Supplier<Tensor>> constants = new HashMap<>();
  private final Set<String> foldable = new HashSet<>();
  private final Map<Tensor, String> shared = new HashMap<>();
  private final Map<String, String> transposes = new HashMap<>();
  private final Map<String, String> repeated = new HashMap<>();
  private final Map<String, Axis> measured = new HashMap<>();
  private final Map<Axis, String> sizes = new HashMap<>();
  private final Map<String, LongSummaryStatistics> ranges = new HashMap<>();
  private final Folding folding = new Folding();
  private String hint = "v";
  private long constantBytes;
  private long work;

  public Emission(Names names) {
    this.names = names;
  }

  /** Lets the following nodes be called after a value of the program. */
  public void naming(String value) {
    hint = value;
  }

  public List<Node> nodes() {
    return nodes;
  }

  /**
   * A constant by its name, read on the first use; empty for what a node or the caller supplies.
   */
  public Optional<Tensor> constant(String name) {
    return Optional.ofNullable(constants.get(name)).map(Supplier::get);
  }

  public boolean isConstant(String name) {
    return constants.containsKey(name);
  }

  /** Gives a value one more, fixed name. */
  public void identity(String from, String name) {
    nodes.add(Node.of(name, "Identity", List.of(from), List.of(name)));
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

  /** The elements of a constant that is not a weight; empty for everything else. */
  public Optional<Tensor> known(String name) {
    return foldable.contains(name) ? constant(name) : Optional.empty();
  }

  /** Smallest and largest of integers that are known; empty for everything else. */
  public Optional<LongSummaryStatistics> range(String name) {
    return known(name)
        .filter(tensor -> tensor.type() == DataType.INT64)
        .map(tensor ->
            ranges.computeIfAbsent(name, _ -> Arrays.stream(tensor.longs()).summaryStatistics()));
  }

  /** A constant that is made of stored ones when it is first read. */
  public String derived(String name, Supplier<Tensor> tensor) {
    var claimed = names.claim(name, "w");
    constants.put(claimed, tensor);
    return claimed;
  }

  public String node(String opType, String... inputs) {
    return node(opType, List.of(inputs), Map.of());
  }

  public String node(String opType, List<String> inputs, Map<String, Attribute> attributes) {
    return nodes(opType, inputs, attributes, 1).getFirst();
  }

  public List<String> nodes(
      String opType, List<String> inputs, Map<String, Attribute> attributes, int results) {
    if (results == 1
        && inputs.stream().allMatch(each -> each.isEmpty() || foldable.contains(each))) {
      var folded = folding.fold(opType, inputs.stream().map(this::known).toList(), attributes);
      if (folded.isPresent()) {
        return List.of(constant(folded.get()));
      }
    }
    var outputs = new ArrayList<String>();
    for (int i = 0; i < results; i++) {
      outputs.add(names.claim(hint, "v"));
    }
    nodes.add(new Node(outputs.getFirst(), opType, "", inputs, outputs, attributes));
    return outputs;
  }

  /** A one-dimensional INT64 constant. */
  public String longs(List<Long> values) {
    return constant(
        Tensor.ofLongs(
            "",
            List.of((long) values.size()),
            values.stream().mapToLong(Long::longValue).toArray()));
  }

  public String longs(long... values) {
    return constant(Tensor.ofLongs("", List.of((long) values.length), values));
  }

  /** An INT64 constant without axes. */
  public String index(long value) {
    return constant(Tensor.scalar("", value));
  }

  /** A constant without axes. */
  public String scalar(DataType type, double value) {
    return constant(Numbers.filled(type, List.of(), value));
  }

  /** An integer constant without axes, exact up to 64 bits. */
  public String scalar(DataType type, long value) {
    return constant(Numbers.filled(type, List.of(), value));
  }

  /** A constant of the caller's making. */
  public String literal(Call call, Tensor tensor) {
    if (tensor.elements() > MAX_CONSTANT_ELEMENTS) {
      throw tooLarge(call, tensor.shape());
    }
    return constant(tensor);
  }

  /**
   * Number of elements of a constant that is to be made.
   *
   * @throws Inconvertible if there would be too many
   */
  public int elements(Call call, List<Long> shape) {
    requireSmall(call, shape);
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  private static Inconvertible tooLarge(Call call, List<Long> shape) {
    return call.refuse(
        "needs a constant of shape %s (expected: at most %d elements)"
            .formatted(shape, MAX_CONSTANT_ELEMENTS));
  }

  /** A constant with the same value everywhere, refused if it would be large. */
  public String filled(Call call, DataType type, List<Long> shape, double value) {
    requireSmall(call, shape);
    return constant(Numbers.filled(type, shape, value));
  }

  /** Refuses the shape of a constant that would be large. */
  public static void requireSmall(Call call, List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyHigh(elements, size) == 0 ? elements * size : Long.MAX_VALUE;
      if (elements < 0 || elements > MAX_CONSTANT_ELEMENTS) {
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

  /** The value in another element type. */
  public String cast(Value value, DataType type) {
    return value.type() == type ? value.name() : cast(value.name(), type);
  }

  public String cast(String name, DataType type) {
    return node("Cast", List.of(name), Map.of("to", Attribute.of(type.code())));
  }

  /** A parameter that may be a tensor or a number, as a tensor of the given type. */
  public String operand(Call call, String parameter, DataType type) {
    if (call.isTensor(parameter)) {
      return cast(call.tensor(parameter), type);
    }
    if (call.argument(parameter) instanceof Argument.Int(Size.Computed _)) {
      return cast(node("Squeeze", size(call, parameter)), type);
    }
    if (call.argument(parameter) instanceof Argument.Int(Size.Known(long value))
        && !type.isFloating()) {
      return scalar(type, value);
    }
    return scalar(type, call.real(parameter));
  }

  /** A size, known or computed, as a list of one. */
  public String size(Call call, String parameter) {
    return switch (call.argument(parameter)) {
      case Argument.Int(Size size) -> size(call, size);
      default -> throw call.refuse("has no integer as '%s'".formatted(parameter));
    };
  }

  /** A size as a list of one; what depends on the inputs is measured when the model runs. */
  public String size(Call call, Size size) {
    return switch (size) {
      case Size.Known(long value) -> longs(value);
      case Size.Computed(String name) -> call.computed(name);
      case Size.Symbolic(String text) -> {
        var axis = measured.get(text);
        if (axis == null) {
          throw call.refuse(
              "needs the size %s, which no tensor before it has".formatted(Text.excerpt(text)));
        }
        yield sizeOf(axis.tensor, axis.axis);
      }
    };
  }

  /** A list of sizes, known or measured when the model runs. */
  public String shape(Call call, List<Size> sizes) {
    var known = TensorMeta.known(sizes);
    if (known.isPresent()) {
      return longs(known.get());
    }
    var parts = sizes.stream().map(size -> size(call, size)).toList();
    return parts.size() == 1
        ? parts.getFirst()
        : node("Concat", parts, Map.of("axis", Attribute.of(0)));
  }

  /** Remembers where sizes that depend on the inputs can be measured. */
  public void measures(String name, TensorMeta meta) {
    for (int axis = 0; axis < meta.rank(); axis++) {
      if (meta.sizes().get(axis) instanceof Size.Symbolic(String text)) {
        measured.putIfAbsent(text, new Axis(name, axis));
      }
    }
  }

  /** The rest of a division that cuts towards zero. */
  public String fmod(String dividend, String divisor) {
    return node("Mod", List.of(dividend, divisor), Map.of("fmod", Attribute.of(1)));
  }

  /** Axes of a value exchanged; remembers exchanged matrices so that products can undo them. */
  public String transpose(Value value, List<Long> order) {
    var name = node("Transpose", List.of(value.name()), Map.of("perm", Attribute.ints(order)));
    if (order.equals(List.of(1L, 0L))) {
      transposes.put(name, value.name());
    }
    return name;
  }

  /** The matrix of which {@code name} is the transposed one. */
  public Optional<String> transposedFrom(String name) {
    return Optional.ofNullable(transposes.get(name));
  }

  /** Remembers that a tensor is another one with nothing but its matrices repeated. */
  public void repeats(String name, String matrices) {
    repeated.put(name, matrices);
  }

  /** The matrices of which {@code name} is a repetition; itself if it is none. */
  public String once(String name) {
    return repeated.getOrDefault(name, name);
  }

  /** A matrix exchanged: in advance if it is a constant, so that no node remains. */
  public String transposedMatrix(Value matrix) {
    var original = transposes.get(matrix.name());
    if (original != null) {
      return original;
    }
    if (!constants.containsKey(matrix.name())) {
      return transpose(matrix, List.of(1L, 0L));
    }
    var name = names.claim(matrix.name() + ".T", "w");
    var tensor = constants.get(matrix.name());
    constants.put(name, () -> Numbers.transposed(tensor.get()));
    transposes.put(matrix.name(), name);
    transposes.put(name, matrix.name());
    return name;
  }

  public String reshape(String name, List<Long> shape) {
    return node("Reshape", name, longs(shape));
  }

  /**
   * A value in the shape that PyTorch recorded for the result. Sizes that depend on the inputs are
   * taken from an axis of the source with the same symbol; one of them may be left to ONNX.
   */
  public String reshape(Call call, Value source, TensorMeta result) {
    var fixed = result.shape();
    if (fixed.isPresent()) {
      if (!fixed.get().contains(0L)) {
        return reshape(source.name(), fixed.get());
      }
      // Without this flag a zero would mean "as in the input".
      return node(
          "Reshape",
          List.of(source.name(), longs(fixed.get())),
          Map.of("allowzero", Attribute.of(1)));
    }
    if (result.sizes().contains(Size.known(0))) {
      throw call.refuse("mixes an empty axis with one that depends on the input's size");
    }
    return node("Reshape", source.name(), shape(call, source, result.sizes()));
  }

  private String shape(Call call, Value source, List<Size> sizes) {
    var known =
        sizes.stream().map(size -> size instanceof Size.Known(long value) ? value : -1L).toList();
    if (known.indexOf(-1L) == known.lastIndexOf(-1L)) {
      return longs(known);
    }
    int inferred = inferred(source, sizes);
    var parts = new ArrayList<String>();
    for (int i = 0; i < sizes.size(); i++) {
      int axis = source.meta().sizes().indexOf(sizes.get(i));
      if (known.get(i) >= 0 || i == inferred) {
        parts.add(longs(known.get(i)));
      } else if (axis >= 0) {
        parts.add(sizeOf(source.name(), axis));
      } else {
        parts.add(size(call, sizes.get(i)));
      }
    }
    return node("Concat", parts, Map.of("axis", Attribute.of(0)));
  }

  /** A value in a shape of which one size may be -1: what is left. */
  public String reshape(Call call, String name, List<Size> sizes) {
    var attributes = new HashMap<String, Attribute>();
    if (sizes.contains(Size.known(0))) {
      attributes.put("allowzero", Attribute.of(1));
    }
    return node("Reshape", List.of(name, shape(call, sizes)), attributes);
  }

  /** The axis whose size is left to ONNX: one that cannot be measured, if there is one. */
  private int inferred(Value source, List<Size> sizes) {
    int first = -1;
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) instanceof Size.Symbolic(String text)) {
        if (!measured.containsKey(text) && !source.meta().sizes().contains(sizes.get(i))) {
          return i;
        }
        first = first < 0 ? i : first;
      }
    }
    return first;
  }

  /** The size of one axis when the model runs, as a list of one. */
  public String sizeOf(String name, int axis) {
    var key = new Axis(name, axis);
    var known = sizes.get(key);
    if (known == null) {
      known =
          node(
              "Shape",
              List.of(name),
              Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1L)));
      sizes.put(key, known);
    }
    return known;
  }

  public String slice(String name, long start, long end, int axis, long step) {
    return node("Slice", name, longs(start), longs(end), longs(axis), longs(step));
  }

  /** Makes a small constant available; equal ones are one. */
  public String constant(Tensor tensor) {
    spend(tensor.data().remaining());
    return shared.computeIfAbsent(
        tensor,
        each -> {
          var name = names.claim("const", "const");
          constantBytes += each.data().remaining();
          if (constantBytes > MAX_CONSTANT_BYTES) {
            throw new Inconvertible(
                "the program asks for constants of more than %d bytes"
                    .formatted(MAX_CONSTANT_BYTES),
                "Keep large tables as buffers of the model, which are stored once.");
          }
          constants.put(name, () -> each);
          foldable.add(name);
          return name;
        });
  }
}
