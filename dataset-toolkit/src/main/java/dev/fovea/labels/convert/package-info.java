/** From one label format to another, saying what is lost. */
@NullMarked
package dev.fovea.labels.convert;

import org.jspecify.annotations.NullMarked;
