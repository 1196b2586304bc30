/** DVC 3's files, byte for byte (dvc 3.67). */
@NullMarked
package dev.fovea.dvc;

import org.jspecify.annotations.NullMarked;
