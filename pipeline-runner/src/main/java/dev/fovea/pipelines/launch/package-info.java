/**
 * Heavy jobs: programs with files for input and files for output, run outside this process by one
 * of several launchers.
 */
@NullMarked
package dev.fovea.pipelines.launch;

import org.jspecify.annotations.NullMarked;
