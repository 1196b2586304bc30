/** What a variant answers to every image of a split, and the measures that follow. */
@NullMarked
package dev.fovea.pipelines.evaluate;

import org.jspecify.annotations.NullMarked;
