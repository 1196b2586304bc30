/** The verdict of a release, on this machine alone. */
@NullMarked
package dev.fovea.cli.check;

import org.jspecify.annotations.NullMarked;
