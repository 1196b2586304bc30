/** Runs ONNX models by ONNX Runtime on the CPU, with typed errors instead of native ones. */
@NullMarked
package dev.fovea.onnx.session;

import org.jspecify.annotations.NullMarked;
