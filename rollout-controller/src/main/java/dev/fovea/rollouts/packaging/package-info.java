/** Makes a container image of a model. */
@NullMarked
package dev.fovea.rollouts.packaging;

import org.jspecify.annotations.NullMarked;
