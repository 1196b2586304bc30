/** Recordings of what a model answered where it was trained, as safetensors files. */
@NullMarked
package dev.fovea.pipelines.parity;

import org.jspecify.annotations.NullMarked;
