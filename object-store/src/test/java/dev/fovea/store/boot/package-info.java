/** Holds the boot part of the store to its word. */
@NullMarked
package dev.fovea.store.boot;

import org.jspecify.annotations.NullMarked;
