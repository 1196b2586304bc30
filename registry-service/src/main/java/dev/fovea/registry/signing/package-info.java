/** Signatures of model versions: made with them, and compared with what is there. */
@NullMarked
package dev.fovea.registry.signing;

import org.jspecify.annotations.NullMarked;
