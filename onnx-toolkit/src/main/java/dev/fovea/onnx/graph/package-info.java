/**
 * ONNX models as immutable records, with a bounded reader and a streaming, deterministic writer.
 */
@NullMarked
package dev.fovea.onnx.graph;

import org.jspecify.annotations.NullMarked;
