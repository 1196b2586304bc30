/**
 * Chooses the frames most worth labelling, keeps the labels and commits them as a dataset version.
 */
@NullMarked
package dev.fovea.datasets.annotation;

import org.jspecify.annotations.NullMarked;
