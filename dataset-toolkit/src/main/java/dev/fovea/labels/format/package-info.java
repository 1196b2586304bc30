/** How label files are read and written, whatever their format, and what their readers find. */
@NullMarked
package dev.fovea.labels.format;

import org.jspecify.annotations.NullMarked;
