package dev.fovea.onnx.graph;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One operation.
 *
 * @param name for people and profilers; may be empty
 * @param domain operator set the type comes from; empty for ONNX's own
 * @param inputs names of tensors in the operator's order; an empty name is an omitted optional
 *     input
 * @param outputs names the node defines; an empty name is a result that nobody wants
 * @param attributes by name, iterated in the order of the names so that equal nodes are written
 *     equally
 */
public record Node(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  public Node {
    if (opType.isEmpty()) {
      throw new IllegalArgumentException("node '%s': empty operator type".formatted(name));
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /** A node of ONNX's own operator set without attributes. */
  public static Node of(String name, String opType, List<String> inputs, List<String> outputs) {
    return new Node(name, opType, "", inputs, outputs, Map.of());
  }

  public Optional<Attribute> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** The integer attribute of that name; empty if it is absent or not an integer. */
  public OptionalLong intAttribute(String key) {
    return attributes.get(key) instanceof Attribute.IntAttribute(long value)
        ? OptionalLong.of(value)
        : OptionalLong.empty();
  }

  /** The integer list of that name; empty if it is absent or not such a list. */
  public Optional<List<Long>> intsAttribute(String key) {
    return attributes.get(key) instanceof Attribute.IntsAttribute(List<Long> values)
        ? Optional.of(values)
        : Optional.empty();
  }

  /** This node with one attribute added or replaced. */
  public Node with(String key, Attribute value) {
    var changed = new TreeMap<>(attributes);
    changed.put(key, value);
    return new Node(name, opType, domain, inputs, outputs, changed);
  }

  public Node withInputs(List<String> names) {
    return new Node(name, opType, domain, names, outputs, attributes);
  }

  public Node withOutputs(List<String> names) {
    return new Node(name, opType, domain, inputs, names, attributes);
  }
}
