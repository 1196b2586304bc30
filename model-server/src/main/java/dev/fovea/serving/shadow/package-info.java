/** Copies of requests for a model server that answers nobody. */
@NullMarked
package dev.fovea.serving.shadow;

import org.jspecify.annotations.NullMarked;
