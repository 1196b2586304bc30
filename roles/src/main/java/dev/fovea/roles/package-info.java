/** What lets one service of Fovea call or hear another, in one process or in several. */
@NullMarked
package dev.fovea.roles;

import org.jspecify.annotations.NullMarked;
