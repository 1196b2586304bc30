/** What the label files of a folder say, in any of their formats. */
@NullMarked
package dev.fovea.datasets.quality.labels;

import org.jspecify.annotations.NullMarked;
