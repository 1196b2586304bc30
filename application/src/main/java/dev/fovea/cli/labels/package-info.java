/** Labels on disk: converted, split, merged. */
@NullMarked
package dev.fovea.cli.labels;

import org.jspecify.annotations.NullMarked;
