/** The range of each tensor of a model, chosen from what example inputs show. */
@NullMarked
package dev.fovea.onnx.quantize.calibrate;

import org.jspecify.annotations.NullMarked;
