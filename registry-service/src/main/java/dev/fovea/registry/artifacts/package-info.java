/** Files of runs and logged models: paths that point at objects. */
@NullMarked
package dev.fovea.registry.artifacts;

import org.jspecify.annotations.NullMarked;
