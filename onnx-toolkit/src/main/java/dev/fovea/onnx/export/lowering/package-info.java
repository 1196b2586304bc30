/**
 * Turns each ATen operator into ONNX nodes. {@code Translation} goes through the calls of a program
 * and looks each up in {@code Lowerings}, where a family of operators is a package; those stand on
 * {@code table}, {@code emission}, {@code constant} and {@code call}, in this order.
 */
@NullMarked
package dev.fovea.onnx.export.lowering;

import org.jspecify.annotations.NullMarked;
