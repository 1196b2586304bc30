/** SQL over what a dataset's labels say, in a process of its own; subsets that it chooses. */
@NullMarked
package dev.fovea.query;

import org.jspecify.annotations.NullMarked;
