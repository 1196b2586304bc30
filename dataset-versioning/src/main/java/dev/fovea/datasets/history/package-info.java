/** What each version did to each image, written down with the version. */
@NullMarked
package dev.fovea.datasets.history;

import org.jspecify.annotations.NullMarked;
