/** Shows that services behave alike in one process and in several. */
@NullMarked
package dev.fovea.roles;

import org.jspecify.annotations.NullMarked;
