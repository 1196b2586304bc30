/** Commands that bring runs and models from other trackers. */
@NullMarked
package dev.fovea.cli.imports;

import org.jspecify.annotations.NullMarked;
