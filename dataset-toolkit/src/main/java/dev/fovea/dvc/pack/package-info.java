/** Packs: many small objects in one file, with an index. docs/packs.md has them byte by byte. */
@NullMarked
package dev.fovea.dvc.pack;

import org.jspecify.annotations.NullMarked;
