/** Makes the INT8 form of a model, as the team file chooses and the training images say. */
@NullMarked
package dev.fovea.pipelines.quantize;

import org.jspecify.annotations.NullMarked;
