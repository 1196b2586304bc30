/** A working copy whose folders DVC tracks: looked at, hashed, kept, pushed and pulled. */
@NullMarked
package dev.fovea.dvc.work;

import org.jspecify.annotations.NullMarked;
