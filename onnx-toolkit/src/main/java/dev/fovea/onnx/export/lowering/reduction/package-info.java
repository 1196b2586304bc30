/**
 * Operators that make one value, or an order, of all along an axis: sums, deviations, norms,
 * sorting.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.reduction;

import org.jspecify.annotations.NullMarked;
