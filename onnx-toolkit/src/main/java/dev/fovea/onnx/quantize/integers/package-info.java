/** Integers for real numbers: scales and zero points, and which operators compute in integers. */
@NullMarked
package dev.fovea.onnx.quantize.integers;

import org.jspecify.annotations.NullMarked;
