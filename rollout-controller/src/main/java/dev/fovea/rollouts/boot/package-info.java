/** Puts the service into the application. */
@NullMarked
package dev.fovea.rollouts.boot;

import org.jspecify.annotations.NullMarked;
