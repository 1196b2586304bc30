package dev.fovea.onnx.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Nodes in an order in which each use follows its definition, with constants and declared values.
 *
 * @param initializers constants by which weights enter the graph
 * @param inputs what a caller feeds
 * @param outputs what a caller gets
 * @param valueInfos types and shapes of intermediate tensors, as far as they are known
 */
public record Graph(
    String name,
    List<Node> nodes,
    List<Tensor> initializers,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<ValueInfo> valueInfos) {

  public Graph {
    nodes = List.copyOf(nodes);
    initializers = List.copyOf(initializers);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    valueInfos = List.copyOf(valueInfos);
  }

  /** The initializer of that name. A linear search: build a map when asking often. */
  public Optional<Tensor> initializer(String tensor) {
    return initializers.stream().filter(each -> each.name().equals(tensor)).findFirst();
  }

  /** The declared type and shape of an input, output or intermediate tensor. */
  public Optional<ValueInfo> valueInfo(String tensor) {
    return Stream.of(inputs, outputs, valueInfos)
        .flatMap(List::stream)
        .filter(each -> each.name().equals(tensor))
        .findFirst();
  }

  /** The node that defines a tensor; empty for inputs, initializers and unknown names. */
  public Optional<Node> producerOf(String tensor) {
    return nodes.stream().filter(node -> node.outputs().contains(tensor)).findFirst();
  }

  /** The nodes that read a tensor, in order. */
  public List<Node> consumersOf(String tensor) {
    return nodes.stream().filter(node -> node.inputs().contains(tensor)).toList();
  }

  /**
   * This graph with other weights in the place of the initializer of the same name.
   *
   * @throws IllegalArgumentException if there is no such initializer or its type or shape differs
   */
  public Graph replacing(Tensor replacement) {
    var old =
        initializer(replacement.name())
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "initializer '%s': not in graph '%s'".formatted(replacement.name(), name)));
    if (old.type() != replacement.type() || !old.shape().equals(replacement.shape())) {
      throw new IllegalArgumentException(
          "initializer '%s': %s%s (expected: %s%s)"
              .formatted(
                  old.name(), replacement.type(), replacement.shape(), old.type(), old.shape()));
    }
    return withInitializers(
        initializers.stream()
            .map(each -> each.name().equals(replacement.name()) ? replacement : each)
            .toList());
  }

  /**
   * This graph with an intermediate tensor as one more output, under its own name and its declared
   * type; unchanged if it is an output already.
   *
   * @throws IllegalArgumentException if the graph declares no type for it: then add a {@link
   *     ValueInfo} by {@link #exposing(ValueInfo)}
   */
  public Graph exposing(String tensor) {
    return exposing(
        valueInfo(tensor)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "tensor '%s': no declared type in graph '%s' (expected: a value info)"
                        .formatted(tensor, name))));
  }

  /**
   * This graph with an intermediate tensor as one more output; unchanged if it is one already.
   *
   * @throws IllegalArgumentException if no node defines the tensor
   */
  public Graph exposing(ValueInfo tensor) {
    if (outputs.stream().anyMatch(each -> each.name().equals(tensor.name()))) {
      return this;
    }
    if (producerOf(tensor.name()).isEmpty()) {
      throw new IllegalArgumentException(
          "tensor '%s': defined by no node of graph '%s'".formatted(tensor.name(), name));
    }
    var more = new ArrayList<>(outputs);
    more.add(tensor);
    var others = valueInfos.stream().filter(each -> !each.name().equals(tensor.name())).toList();
    return new Graph(name, nodes, initializers, inputs, more, others);
  }

  public Graph withNodes(List<Node> changed) {
    return new Graph(name, changed, initializers, inputs, outputs, valueInfos);
  }

  public Graph withInitializers(List<Tensor> changed) {
    return new Graph(name, nodes, changed, inputs, outputs, valueInfos);
  }
}
