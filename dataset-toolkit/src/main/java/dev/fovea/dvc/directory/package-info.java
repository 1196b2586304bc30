/** The lists of a folder's files that DVC keeps as {@code .dir} objects, in memory and as text. */
@NullMarked
package dev.fovea.dvc.directory;

import org.jspecify.annotations.NullMarked;
