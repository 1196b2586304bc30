/** Holds the reading of {@code fovea.yaml} to its word, against careless and hostile files. */
@NullMarked
package dev.fovea.teamfile;

import org.jspecify.annotations.NullMarked;
