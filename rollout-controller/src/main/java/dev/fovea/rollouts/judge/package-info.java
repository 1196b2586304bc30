/** Decides from counts alone, at any moment, whether a canary is worse; pure functions. */
@NullMarked
package dev.fovea.rollouts.judge;

import org.jspecify.annotations.NullMarked;
