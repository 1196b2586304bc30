/** Shows what a failed start says. */
@NullMarked
package dev.fovea.roles.wire;

import org.jspecify.annotations.NullMarked;
