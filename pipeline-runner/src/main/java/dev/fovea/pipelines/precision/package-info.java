/** Which form of a model is released: its precision, by the images that it is for. */
@NullMarked
package dev.fovea.pipelines.precision;

import org.jspecify.annotations.NullMarked;
