/** Chooses the store that the configuration names. */
@NullMarked
package dev.fovea.store.boot;

import org.jspecify.annotations.NullMarked;
