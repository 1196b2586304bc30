/** What every dataset version is checked for before its branch moves. */
@NullMarked
package dev.fovea.datasets.quality;

import org.jspecify.annotations.NullMarked;
