/** A small service, as real ones are built, for the tests of {@code roles}. */
@NullMarked
package dev.fovea.roles.greetings;

import org.jspecify.annotations.NullMarked;
