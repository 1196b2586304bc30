/** Exchanges the identity tokens of CI for Fovea's own. */
@NullMarked
package dev.fovea.registry.oidc;

import org.jspecify.annotations.NullMarked;
