/** What changed between two versions of an image's labels. */
@NullMarked
package dev.fovea.labels.compare;

import org.jspecify.annotations.NullMarked;
