/** Which images are trained on and which are tested with, so that no group is in two splits. */
@NullMarked
package dev.fovea.labels.split;

import org.jspecify.annotations.NullMarked;
