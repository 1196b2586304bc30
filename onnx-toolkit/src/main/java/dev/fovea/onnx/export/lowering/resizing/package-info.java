/** Operators that look at an image between its pixels: resizing, and samples at computed places. */
@NullMarked
package dev.fovea.onnx.export.lowering.resizing;

import org.jspecify.annotations.NullMarked;
