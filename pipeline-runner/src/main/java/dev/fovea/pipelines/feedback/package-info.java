/** Brings what production saw back to the datasets: the arrow that closes the loop. */
@NullMarked
package dev.fovea.pipelines.feedback;

import org.jspecify.annotations.NullMarked;
