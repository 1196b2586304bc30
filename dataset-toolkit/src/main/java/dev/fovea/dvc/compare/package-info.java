/** Two states of data side by side: which files came, went and changed, and in which commit. */
@NullMarked
package dev.fovea.dvc.compare;

import org.jspecify.annotations.NullMarked;
