/** Problems and callers as they travel over HTTP. */
@NullMarked
package dev.fovea.roles.wire;

import org.jspecify.annotations.NullMarked;
