/** Who may call what: one table of all routes, deny by default. */
@NullMarked
package dev.fovea.security;

import org.jspecify.annotations.NullMarked;
