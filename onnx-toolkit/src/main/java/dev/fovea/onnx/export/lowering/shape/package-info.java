/**
 * Operators that move, repeat or surround elements and change none: views, joins, padding, pixel
 * shuffles, and the patches by which a changed view gets back into its tensor.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.shape;

import org.jspecify.annotations.NullMarked;
