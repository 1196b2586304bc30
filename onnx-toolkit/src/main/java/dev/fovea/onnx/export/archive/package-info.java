/** Reads {@code .pt2} archives: the zip's directory, its JSON and raw tensors; never a pickle. */
@NullMarked
package dev.fovea.onnx.export.archive;

import org.jspecify.annotations.NullMarked;
