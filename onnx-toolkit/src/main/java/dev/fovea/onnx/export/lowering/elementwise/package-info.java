/**
 * Operators of each element on its own, or of two that lie in the same place: activations,
 * arithmetic, comparisons, logic.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.elementwise;

import org.jspecify.annotations.NullMarked;
