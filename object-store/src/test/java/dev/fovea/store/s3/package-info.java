/** Holds the s3 part of the store to its word. */
@NullMarked
package dev.fovea.store.s3;

import org.jspecify.annotations.NullMarked;
