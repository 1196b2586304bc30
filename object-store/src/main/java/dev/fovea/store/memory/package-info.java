/** Objects in memory, for tests and trials; they are gone with the process. */
@NullMarked
package dev.fovea.store.memory;

import org.jspecify.annotations.NullMarked;
