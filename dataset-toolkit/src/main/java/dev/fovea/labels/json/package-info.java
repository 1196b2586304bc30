/** JSON one value at a time, bounded in depth and length. */
@NullMarked
package dev.fovea.labels.json;

import org.jspecify.annotations.NullMarked;
