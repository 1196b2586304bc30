/** Decodes JPEG in Java, to the same samples as libjpeg, without native code near hostile bytes. */
@NullMarked
package dev.fovea.vision.jpeg;

import org.jspecify.annotations.NullMarked;
