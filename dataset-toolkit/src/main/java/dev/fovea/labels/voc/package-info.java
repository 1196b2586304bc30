/** Pascal VOC's XML, one file an image, pixels counted from 1. */
@NullMarked
package dev.fovea.labels.voc;

import org.jspecify.annotations.NullMarked;
