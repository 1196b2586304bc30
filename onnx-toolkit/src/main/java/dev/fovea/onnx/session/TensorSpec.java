package dev.fovea.onnx.session;

import dev.fovea.onnx.graph.DataType;
import java.util.List;

/**
 * What a model says about one of its inputs or outputs.
 *
 * @param type element type in the model; a {@link FloatTensor} is converted from or to it
 * @param shape sizes of the axes, -1 where the size is known only when the model runs
 */
public record TensorSpec(String name, DataType type, List<Long> shape) {
  /** Stands for a size that is known only when the model runs. */
  public static final long DYNAMIC = -1;

  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether a tensor of this shape can be fed: equal rank, and equal sizes on all fixed axes. */
  boolean accepts(long[] actual) {
    if (actual.length != shape.size()) {
      return false;
    }
    for (int axis = 0; axis < actual.length; axis++) {
      long expected = shape.get(axis);
      if (expected != DYNAMIC && expected != actual[axis]) {
        return false;
      }
    }
    return true;
  }
}
