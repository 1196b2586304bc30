/** Two states of data made one: by Git's merge driver, or two folders on disk. */
@NullMarked
package dev.fovea.dvc.merge;

import org.jspecify.annotations.NullMarked;
