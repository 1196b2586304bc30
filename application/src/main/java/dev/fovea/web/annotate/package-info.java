/** The bench where people label frames, and the batches it works on. */
@NullMarked
package dev.fovea.web.annotate;

import org.jspecify.annotations.NullMarked;
