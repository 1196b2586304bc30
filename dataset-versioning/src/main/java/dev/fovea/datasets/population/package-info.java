/** What the images and labels of a dataset version are like as a whole. */
@NullMarked
package dev.fovea.datasets.population;

import org.jspecify.annotations.NullMarked;
