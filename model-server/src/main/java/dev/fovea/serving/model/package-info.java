/** A loaded model: pixels or tensors in, scores and a class out. */
@NullMarked
package dev.fovea.serving.model;

import org.jspecify.annotations.NullMarked;
