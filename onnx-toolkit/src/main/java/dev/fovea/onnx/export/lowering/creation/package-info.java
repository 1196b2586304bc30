/** Tensors out of nothing: ranges, ones, copies of one number. */
@NullMarked
package dev.fovea.onnx.export.lowering.creation;

import org.jspecify.annotations.NullMarked;
