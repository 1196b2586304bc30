package dev.fovea.onnx.graph;

import java.util.Arrays;
import java.util.List;

/** Name, element type and shape of a graph input, output or intermediate tensor. */
public record ValueInfo(String name, DataType type, List<Dimension> shape) {
  public ValueInfo {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("value info: empty name (expected: a tensor's name)");
    }
    shape = List.copyOf(shape);
  }

  /** A value whose axes are all known. */
  public static ValueInfo fixed(String name, DataType type, long... shape) {
    return new ValueInfo(name, type, Arrays.stream(shape).mapToObj(Dimension::fixed).toList());
  }

  /** The same type and shape under another name. */
  public ValueInfo named(String other) {
    return new ValueInfo(other, type, shape);
  }
}
