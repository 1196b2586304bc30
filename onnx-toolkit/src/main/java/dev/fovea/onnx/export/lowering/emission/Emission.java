package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.onnx.export.lowering.call.Call;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The graph under construction: nodes and constants, each with a fresh name. A node whose inputs
 * are all known becomes a constant at once, as far as {@link Folding} goes.
 */
public final class Emission {
  private final Names names;
  private final List<Node> nodes = new ArrayList<>();
  private final ConstantPool constants;
  private final Sizes sizes = new Sizes(this);
  private final Matrices matrices = new Matrices(this);
  private final Folding folding = new Folding();
  private String hint = "v";

  public Emission(Names names) {
    this.names = names;
    this.constants = new ConstantPool(names);
  }

  /** Lets the following nodes be called after a value of the program. */
  public void naming(String value) {
    hint = value;
  }

  List<Node> nodes() {
    return nodes;
  }

  public ConstantPool constants() {
    return constants;
  }

  public Sizes sizes() {
    return sizes;
  }

  public Matrices matrices() {
    return matrices;
  }

  /** Gives a value one more, fixed name. */
  public void identity(String from, String name) {
    nodes.add(Node.of(name, "Identity", List.of(from), List.of(name)));
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
        && inputs.stream().allMatch(each -> each.isEmpty() || constants.isKnown(each))) {
      var folded = folding.fold(opType, inputs.stream().map(constants::known).toList(), attributes);
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

  /** Makes a small constant available; equal ones are one. */
  public String constant(Tensor tensor) {
    return constants.add(tensor);
  }

  /** A one-dimensional INT64 constant. */
  public String longs(List<Long> values) {
    return longs(values.stream().mapToLong(Long::longValue).toArray());
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
      return cast(node("Squeeze", sizes.of(call, parameter)), type);
    }
    if (call.argument(parameter) instanceof Argument.Int(Size.Known(long value))
        && !type.isFloating()) {
      return scalar(type, value);
    }
    return scalar(type, call.real(parameter));
  }

  /** The rest of a division that cuts towards zero. */
  public String fmod(String dividend, String divisor) {
    return node("Mod", List.of(dividend, divisor), Map.of("fmod", Attribute.of(1)));
  }

  public String slice(String name, long start, long end, int axis, long step) {
    return node("Slice", name, longs(start), longs(end), longs(axis), longs(step));
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
    return node("Reshape", source.name(), sizes.ofReshaped(call, source, result.sizes()));
  }

  /** A value in a shape of which one size may be -1: what is left. */
  public String reshape(Call call, String name, List<Size> shape) {
    var attributes = new HashMap<String, Attribute>();
    if (shape.contains(Size.known(0))) {
      attributes.put("allowzero", Attribute.of(1));
    }
    return node("Reshape", List.of(name, sizes.list(call, shape)), attributes);
  }
}
