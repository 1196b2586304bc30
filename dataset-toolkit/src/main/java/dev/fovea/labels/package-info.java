/** Labels of images, and the formats in which tools keep them. */
@NullMarked
package dev.fovea.labels;

import org.jspecify.annotations.NullMarked;
