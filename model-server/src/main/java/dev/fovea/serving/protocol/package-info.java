/** Requests and answers of the Open Inference Protocol v2, as JSON and with binary tensors. */
@NullMarked
package dev.fovea.serving.protocol;

import org.jspecify.annotations.NullMarked;
