/** Brings what a source has into Fovea, and compares the two. */
@NullMarked
package dev.fovea.cli.imports.transfer;

import org.jspecify.annotations.NullMarked;
