package dev.fovea.serving.model;

import java.util.List;

/**
 * A line of the model's metadata.
 *
 * @param datatype FP32 or BYTES
 * @param shape sizes, -1 where any is fine
 */
public record TensorInfo(String name, String datatype, List<Long> shape) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }
}
