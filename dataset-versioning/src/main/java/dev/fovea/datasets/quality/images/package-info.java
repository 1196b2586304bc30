/** What decoding tells of each image. */
@NullMarked
package dev.fovea.datasets.quality.images;

import org.jspecify.annotations.NullMarked;
