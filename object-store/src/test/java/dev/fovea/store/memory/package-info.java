/** Holds the memory part of the store to its word. */
@NullMarked
package dev.fovea.store.memory;

import org.jspecify.annotations.NullMarked;
