/**
 * Turns each ATen operator into ONNX nodes; a family of operators is a class, a table names them.
 */
@NullMarked
package dev.fovea.onnx.export.lowering;

import org.jspecify.annotations.NullMarked;
