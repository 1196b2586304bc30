/** Where label files lie: a folder on disk, or one in memory. */
@NullMarked
package dev.fovea.labels.files;

import org.jspecify.annotations.NullMarked;
