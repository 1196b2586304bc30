package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The initializers of a graph by name. */
public final class Constants {
  private final Map<String, Tensor> tensors = new HashMap<>();

  public Constants(Graph graph) {
    graph.initializers().forEach(each -> tensors.put(each.name(), each));
  }

  public boolean contains(String tensor) {
    return tensors.containsKey(tensor);
  }

  public Optional<Tensor> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  /** The constant of that name if it has elements and they are of 32-bit floats. */
  public Optional<Tensor> findFloats(String tensor) {
    return find(tensor).filter(each -> each.type() == DataType.FLOAT && each.elements() > 0);
  }

  /** A constant that is known to be there. */
  public Tensor load(String tensor) {
    return find(tensor)
        .orElseThrow(() -> new IllegalStateException("constant '%s': absent".formatted(tensor)));
  }
}
