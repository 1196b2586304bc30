/** Operators that move a window over an image: convolutions and poolings. */
@NullMarked
package dev.fovea.onnx.export.lowering.convolution;

import org.jspecify.annotations.NullMarked;
