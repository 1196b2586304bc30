/** Puts the jobs together where their role runs. */
@NullMarked
package dev.fovea.pipelines.boot;

import org.jspecify.annotations.NullMarked;
