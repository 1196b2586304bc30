/** Tokens. */
@NullMarked
package dev.fovea.registry.access;

import org.jspecify.annotations.NullMarked;
