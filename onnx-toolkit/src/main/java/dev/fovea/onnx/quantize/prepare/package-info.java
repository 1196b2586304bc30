/** Brings a float model into the form that is calibrated and quantised. */
@NullMarked
package dev.fovea.onnx.quantize.prepare;

import org.jspecify.annotations.NullMarked;
