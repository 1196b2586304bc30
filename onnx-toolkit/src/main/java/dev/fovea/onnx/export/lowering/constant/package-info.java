/**
 * Tensors that are known at conversion: made of numbers, or computed of others by ONNX Runtime's
 * rules, within bounds of memory and work.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.constant;

import org.jspecify.annotations.NullMarked;
