/** The runtime inside a deployed model: Open Inference Protocol, metrics, frame capture. */
@NullMarked
package dev.fovea.serving;

import org.jspecify.annotations.NullMarked;
