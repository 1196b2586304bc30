/** Products of matrices, and attention, which is made of them. */
@NullMarked
package dev.fovea.onnx.export.lowering.matrix;

import org.jspecify.annotations.NullMarked;
