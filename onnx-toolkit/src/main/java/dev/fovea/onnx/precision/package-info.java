/** Says how far the answers of two models, or of two forms of one model, are apart. */
@NullMarked
package dev.fovea.onnx.precision;

import org.jspecify.annotations.NullMarked;
