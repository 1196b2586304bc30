/** Models with fewer weights: single ones set to 0, or whole channels removed. */
@NullMarked
package dev.fovea.onnx.prune;

import org.jspecify.annotations.NullMarked;
