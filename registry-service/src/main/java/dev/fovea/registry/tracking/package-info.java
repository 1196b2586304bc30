/** Experiments and runs. */
@NullMarked
package dev.fovea.registry.tracking;

import org.jspecify.annotations.NullMarked;
