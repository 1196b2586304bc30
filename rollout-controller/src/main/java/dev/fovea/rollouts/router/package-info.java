/** Splits the traffic of a model between its arms and counts how they answer. */
@NullMarked
package dev.fovea.rollouts.router;

import org.jspecify.annotations.NullMarked;
