/** Objects as files of one folder: written once, durable, verified. */
@NullMarked
package dev.fovea.store.filesystem;

import org.jspecify.annotations.NullMarked;
