/** The files of a working copy: looked at, hashed, added, put there, linked, let go. */
@NullMarked
package dev.fovea.dvc.tree;

import org.jspecify.annotations.NullMarked;
