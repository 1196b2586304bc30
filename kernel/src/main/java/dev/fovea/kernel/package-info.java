/** Values that every part of Fovea shares; each refuses nonsense when it is made. */
@NullMarked
package dev.fovea.kernel;

import org.jspecify.annotations.NullMarked;
