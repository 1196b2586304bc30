/** What every object store must do. */
@NullMarked
package dev.fovea.store;

import org.jspecify.annotations.NullMarked;
