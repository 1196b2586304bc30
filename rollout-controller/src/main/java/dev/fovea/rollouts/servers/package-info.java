/** Runs the model servers behind the arms. */
@NullMarked
package dev.fovea.rollouts.servers;

import org.jspecify.annotations.NullMarked;
