/**
 * What a working copy is: its settings, what its {@code .dvc} files and stages track, what is
 * remembered of it.
 */
@NullMarked
package dev.fovea.dvc.work;

import org.jspecify.annotations.NullMarked;
