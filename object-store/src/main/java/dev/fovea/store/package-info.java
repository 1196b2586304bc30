/** Immutable objects named by their SHA-256, in memory, a folder or S3. */
@NullMarked
package dev.fovea.store;

import org.jspecify.annotations.NullMarked;
