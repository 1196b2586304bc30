package dev.fovea.onnx.export.lowering.table;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import java.util.List;

/** How one operator becomes ONNX nodes. */
@FunctionalInterface
public interface Lowering {

  /**
   * Emits the nodes of a call.
   *
   * @return names of the results in the graph; fewer than the call has, if the others have no
   *     counterpart in ONNX and may not be used
   */
  List<String> lower(Call call, Emission emit);

  /** A lowering of an operator with one result. */
  @FunctionalInterface
  interface Single {
    String lower(Call call, Emission emit);
  }
}
