/** Operators that bring values to one mean and scale, and dropout, which is nothing by then. */
@NullMarked
package dev.fovea.onnx.export.lowering.normalization;

import org.jspecify.annotations.NullMarked;
