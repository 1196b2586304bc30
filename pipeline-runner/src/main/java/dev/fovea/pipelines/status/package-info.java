/** Tells the Git host what the gates said of a commit, one status a gate. */
@NullMarked
package dev.fovea.pipelines.status;

import org.jspecify.annotations.NullMarked;
