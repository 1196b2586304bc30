package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.quantize.QuantizedModel;
import java.util.Set;

/** How the INT8 model is made once it is known which nodes stay in float; always the same way. */
@FunctionalInterface
public interface Quantization {
  /**
   * Quantises all but some nodes.
   *
   * @param keptInFloat as {@link dev.fovea.onnx.quantize.Quantizer} takes it
   */
  QuantizedModel quantize(Set<String> keptInFloat);
}
