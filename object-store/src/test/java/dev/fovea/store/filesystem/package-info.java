/** Holds the filesystem part of the store to its word. */
@NullMarked
package dev.fovea.store.filesystem;

import org.jspecify.annotations.NullMarked;
