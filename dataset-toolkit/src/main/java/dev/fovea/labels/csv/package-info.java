/** Classes in a table: path, label, split and, where wanted, slice. */
@NullMarked
package dev.fovea.labels.csv;

import org.jspecify.annotations.NullMarked;
