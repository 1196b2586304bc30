/** Packaging, canaries and their judgement. */
@NullMarked
package dev.fovea.rollouts;

import org.jspecify.annotations.NullMarked;
