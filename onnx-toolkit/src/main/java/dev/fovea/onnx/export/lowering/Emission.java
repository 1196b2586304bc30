package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The graph under construction: nodes and constants, each with a fresh name. */
final class Emission {
  /** A constant that the exporter itself makes may have at most this many elements. */
  private static final long MAX_CONSTANT_ELEMENTS = 4_000_000;

  private final Names names;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Supplier<Tensor>> constants = new HashMap<>();
  private final Map<Tensor, String> shared = new HashMap<>();
  private final Map<String, String> transposes = new HashMap<>();
  private String hint = "v";

  Emission(Names names) {
    this.names = names;
  }

  /** Lets the following nodes be called after a value of the program. */
  void naming(String value) {
    hint = value;
  }

  List<Node> nodes() {
    return nodes;
  }

  /**
   * A constant by its name, read on the first use; empty for what a node or the caller supplies.
   */
  Optional<Tensor> constant(String name) {
    return Optional.ofNullable(constants.get(name)).map(Supplier::get);
  }

  boolean isConstant(String name) {
    return constants.containsKey(name);
  }

  /** Gives a value one more, fixed name. */
  void identity(String from, String name) {
    nodes.add(Node.of(name, "Identity", List.of(from), List.of(name)));
  }

  /** Makes a stored tensor available under a name without reading it. */
  void stored(String name, Supplier<Tensor> tensor) {
    constants.put(name, tensor);
  }

  /** A constant that is made of stored ones when it is first read. */
  String derived(String name, Supplier<Tensor> tensor) {
    var claimed = names.claim(name, "w");
    constants.put(claimed, tensor);
    return claimed;
  }

  String node(String opType, String... inputs) {
    return node(opType, List.of(inputs), Map.of());
  }

  String node(String opType, List<String> inputs, Map<String, Attribute> attributes) {
    return nodes(opType, inputs, attributes, 1).getFirst();
  }

  List<String> nodes(
      String opType, List<String> inputs, Map<String, Attribute> attributes, int results) {
    var outputs = new ArrayList<String>();
    for (int i = 0; i < results; i++) {
      outputs.add(names.claim(hint, "v"));
    }
    nodes.add(new Node(outputs.getFirst(), opType, "", inputs, outputs, attributes));
    return outputs;
  }

  /** A one-dimensional INT64 constant. */
  String longs(List<Long> values) {
    return constant(
        Tensor.ofLongs(
            "",
            List.of((long) values.size()),
            values.stream().mapToLong(Long::longValue).toArray()));
  }

  String longs(long... values) {
    return constant(Tensor.ofLongs("", List.of((long) values.length), values));
  }

  /** An INT64 constant without axes. */
  String index(long value) {
    return constant(Tensor.scalar("", value));
  }

  /** A constant without axes. */
  String scalar(DataType type, double value) {
    return constant(Numbers.filled(type, List.of(), value));
  }

  /** A constant with the same value everywhere, refused if it would be large. */
  String filled(Call call, DataType type, List<Long> shape, double value) {
    requireSmall(call, shape);
    return constant(Numbers.filled(type, shape, value));
  }

  /** Refuses the shape of a constant that would be large. */
  static void requireSmall(Call call, List<Long> shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyHigh(elements, size) == 0 ? elements * size : Long.MAX_VALUE;
      if (elements < 0 || elements > MAX_CONSTANT_ELEMENTS) {
        throw call.refuse("needs a constant of shape %s".formatted(shape));
      }
    }
  }

  /** The value in another element type. */
  String cast(Value value, DataType type) {
    return value.type() == type ? value.name() : cast(value.name(), type);
  }

  String cast(String name, DataType type) {
    return node("Cast", List.of(name), Map.of("to", Attribute.of(type.code())));
  }

  /** A parameter that may be a tensor or a number, as a tensor of the given type. */
  String operand(Call call, String parameter, DataType type) {
    if (call.isTensor(parameter)) {
      return cast(call.tensor(parameter), type);
    }
    if (call.argument(parameter) instanceof Argument.Int(Size.Computed _)) {
      return cast(node("Squeeze", size(call, parameter)), type);
    }
    return scalar(type, call.real(parameter));
  }

  /** A size, known or computed, as a list of one. */
  String size(Call call, String parameter) {
    return switch (call.argument(parameter)) {
      case Argument.Int(Size.Known(long value)) -> longs(value);
      case Argument.Int(Size.Computed(String name)) -> call.computed(name);
      default -> throw call.refuse("has no integer as '%s'".formatted(parameter));
    };
  }

  /** Axes of a value exchanged; remembers exchanged matrices so that products can undo them. */
  String transpose(Value value, List<Long> order) {
    var name = node("Transpose", List.of(value.name()), Map.of("perm", Attribute.ints(order)));
    if (order.equals(List.of(1L, 0L))) {
      transposes.put(name, value.name());
    }
    return name;
  }

  /** The matrix of which {@code name} is the transposed one. */
  Optional<String> transposedFrom(String name) {
    return Optional.ofNullable(transposes.get(name));
  }

  /** A matrix exchanged: in advance if it is a constant, so that no node remains. */
  String transposedMatrix(Value matrix) {
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

  String reshape(String name, List<Long> shape) {
    return node("Reshape", name, longs(shape));
  }

  /**
   * A value in the shape that PyTorch recorded for the result. Sizes that depend on the inputs are
   * taken from an axis of the source with the same symbol; one of them may be left to ONNX.
   */
  String reshape(Call call, Value source, TensorMeta result) {
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
    int inferred = known.indexOf(-1L);
    if (inferred == known.lastIndexOf(-1L)) {
      return longs(known);
    }
    var parts = new ArrayList<String>();
    for (int i = 0; i < sizes.size(); i++) {
      int axis = source.meta().sizes().indexOf(sizes.get(i));
      if (known.get(i) >= 0 || i == inferred) {
        parts.add(longs(known.get(i)));
      } else if (axis >= 0) {
        parts.add(sizeOf(source.name(), axis));
      } else {
        throw call.refuse("needs more than one size that is only known when the model runs");
      }
    }
    return node("Concat", parts, Map.of("axis", Attribute.of(0)));
  }

  /** The size of one axis when the model runs, as a list of one. */
  String sizeOf(String name, int axis) {
    return node(
        "Shape",
        List.of(name),
        Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1L)));
  }

  String slice(String name, long start, long end, int axis, long step) {
    return node("Slice", name, longs(start), longs(end), longs(axis), longs(step));
  }

  /** Makes a small constant available; equal ones are one. */
  String constant(Tensor tensor) {
    return shared.computeIfAbsent(
        tensor,
        each -> {
          var name = names.claim("const", "const");
          constants.put(name, () -> each);
          return name;
        });
  }
}
