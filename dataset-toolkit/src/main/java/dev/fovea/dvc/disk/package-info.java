/**
 * Files of this disk: what the file system says of them and what was hashed, by columns; written
 * whole or not at all; work on many of them side by side.
 */
@NullMarked
package dev.fovea.dvc.disk;

import org.jspecify.annotations.NullMarked;
