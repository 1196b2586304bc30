package dev.fovea.onnx.graph;

import java.util.Arrays;
import java.util.List;

/** The value of a node's attribute; its name is the key in {@link Node#attributes()}. */
public sealed interface Attribute {

  record IntAttribute(long value) implements Attribute {}

  record FloatAttribute(float value) implements Attribute {}

  record StringAttribute(String value) implements Attribute {}

  record TensorAttribute(Tensor value) implements Attribute {}

  /** A subgraph, as {@code If}, {@code Loop} and {@code Scan} have. */
  record GraphAttribute(Graph value) implements Attribute {}

  record IntsAttribute(List<Long> values) implements Attribute {
    public IntsAttribute {
      values = List.copyOf(values);
    }
  }

  record FloatsAttribute(List<Float> values) implements Attribute {
    public FloatsAttribute {
      values = List.copyOf(values);
    }
  }

  record StringsAttribute(List<String> values) implements Attribute {
    public StringsAttribute {
      values = List.copyOf(values);
    }
  }

  static Attribute of(long value) {
    return new IntAttribute(value);
  }

  static Attribute of(float value) {
    return new FloatAttribute(value);
  }

  static Attribute of(String value) {
    return new StringAttribute(value);
  }

  static Attribute of(Tensor value) {
    return new TensorAttribute(value);
  }

  static Attribute of(Graph value) {
    return new GraphAttribute(value);
  }

  static Attribute ints(List<Long> values) {
    return new IntsAttribute(values);
  }

  static Attribute ints(long... values) {
    return new IntsAttribute(Arrays.stream(values).boxed().toList());
  }

  static Attribute floats(List<Float> values) {
    return new FloatsAttribute(values);
  }

  static Attribute strings(List<String> values) {
    return new StringsAttribute(values);
  }
}
