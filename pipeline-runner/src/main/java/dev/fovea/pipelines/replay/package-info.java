/** Holds what releases recorded against another policy than theirs. */
@NullMarked
package dev.fovea.pipelines.replay;

import org.jspecify.annotations.NullMarked;
