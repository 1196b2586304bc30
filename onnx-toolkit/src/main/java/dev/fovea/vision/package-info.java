/** Pictures: what a file really holds, decoded within stated bounds or refused with the reason. */
@NullMarked
package dev.fovea.vision;

import org.jspecify.annotations.NullMarked;
