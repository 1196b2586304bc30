/** The registry over real HTTP on a real PostgreSQL. */
@NullMarked
package dev.fovea.registry;

import org.jspecify.annotations.NullMarked;
