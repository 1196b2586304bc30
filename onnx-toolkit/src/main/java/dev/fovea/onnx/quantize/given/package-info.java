/** Models that are quantised already, such as training with quantisation in mind makes them. */
@NullMarked
package dev.fovea.onnx.quantize.given;

import org.jspecify.annotations.NullMarked;
