/** Means and deviations of a pruned model's activations, brought back to those of the whole one. */
@NullMarked
package dev.fovea.onnx.prune.correct;

import org.jspecify.annotations.NullMarked;
