package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.graph.Attribute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is remembered of matrices, so that products can do without an exchange or a copy. */
public final class Matrices {
  private final Emission emit;
  private final Map<String, String> transposes = new HashMap<>();
  private final Map<String, String> repeated = new HashMap<>();

  Matrices(Emission emit) {
    this.emit = emit;
  }

  /** Axes of a value exchanged; remembers exchanged matrices so that products can undo them. */
  public String transpose(Value value, List<Long> order) {
    var name = emit.node("Transpose", List.of(value.name()), Map.of("perm", Attribute.ints(order)));
    if (order.equals(List.of(1L, 0L))) {
      transposes.put(name, value.name());
    }
    return name;
  }

  /** The matrix of which {@code name} is the transposed one. */
  public Optional<String> transposedFrom(String name) {
    return Optional.ofNullable(transposes.get(name));
  }

  /** A matrix exchanged: in advance if it is a constant, so that no node remains. */
  public String transposed(Value matrix) {
    var original = transposes.get(matrix.name());
    if (original != null) {
      return original;
    }
    var constants = emit.constants();
    if (!constants.has(matrix.name())) {
      return transpose(matrix, List.of(1L, 0L));
    }
    var name =
        constants.derived(
            matrix.name() + ".T",
            () -> Numbers.transposed(constants.find(matrix.name()).orElseThrow()));
    transposes.put(matrix.name(), name);
    transposes.put(name, matrix.name());
    return name;
  }

  /** Remembers that a tensor is another one with nothing but its matrices repeated. */
  public void repeats(String name, String matrices) {
    repeated.put(name, matrices);
  }

  /** The matrices of which {@code name} is a repetition; itself if it is none. */
  public String once(String name) {
    return repeated.getOrDefault(name, name);
  }
}
