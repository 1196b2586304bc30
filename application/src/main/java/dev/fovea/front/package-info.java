/** One address for every role: which role answers on which path, and the way there. */
@NullMarked
package dev.fovea.front;

import org.jspecify.annotations.NullMarked;
