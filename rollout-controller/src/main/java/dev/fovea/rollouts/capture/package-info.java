/** Brings frames from production into the object store and tells who wants them. */
@NullMarked
package dev.fovea.rollouts.capture;

import org.jspecify.annotations.NullMarked;
