/** How sure a measure is, and the difference of two: the bootstrap over images. */
@NullMarked
package dev.fovea.vision.metrics.bootstrap;

import org.jspecify.annotations.NullMarked;
