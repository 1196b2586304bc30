/** People's sign-in by an OpenID Connect provider. */
@NullMarked
package dev.fovea.registry.login;

import org.jspecify.annotations.NullMarked;
