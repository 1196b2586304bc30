/** Turns float models into INT8 ones in the Q/DQ form, by the rules of ONNX Runtime's quantiser. */
@NullMarked
package dev.fovea.onnx.quantize;

import org.jspecify.annotations.NullMarked;
