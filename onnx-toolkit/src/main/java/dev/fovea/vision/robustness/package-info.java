/**
 * Faults of light and of images, so that it can be measured what a model makes of them: of a
 * strength, of the same strength for the same picture always the same, and of strength 0 none.
 */
@NullMarked
package dev.fovea.vision.robustness;

import org.jspecify.annotations.NullMarked;
