/**
 * What a team's {@code fovea.yaml} says: typed, versioned, validated, with the line of each
 * mistake.
 */
@NullMarked
package dev.fovea.teamfile;

import org.jspecify.annotations.NullMarked;
