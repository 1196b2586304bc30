/** Holds what was measured against the rules of the team file. */
@NullMarked
package dev.fovea.pipelines.gate;

import org.jspecify.annotations.NullMarked;
