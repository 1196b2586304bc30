/** Turns commits into dataset versions, once, whatever is killed in between. */
@NullMarked
package dev.fovea.datasets.versions;

import org.jspecify.annotations.NullMarked;
