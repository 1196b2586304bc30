/** Two versions of a dataset's labels made one, object by object and field by field. */
@NullMarked
package dev.fovea.labels.merge;

import org.jspecify.annotations.NullMarked;
