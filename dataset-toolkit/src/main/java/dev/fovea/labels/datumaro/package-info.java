/** Datumaro's JSON, the format that holds the most. */
@NullMarked
package dev.fovea.labels.datumaro;

import org.jspecify.annotations.NullMarked;
