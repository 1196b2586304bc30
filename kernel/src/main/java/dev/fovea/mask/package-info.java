/** The pixels of objects as COCO counts them: run lengths, their text, and outlines filled in. */
@NullMarked
package dev.fovea.mask;

import org.jspecify.annotations.NullMarked;
