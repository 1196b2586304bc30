/** Shows that the shared values refuse nonsense. */
@NullMarked
package dev.fovea.kernel;

import org.jspecify.annotations.NullMarked;
