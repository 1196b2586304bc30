/** The exchange of identity tokens. */
@NullMarked
package dev.fovea.registry.oidc;

import org.jspecify.annotations.NullMarked;
