/** CVAT for images 1.1: one XML with every image of a task or a project. */
@NullMarked
package dev.fovea.labels.cvat;

import org.jspecify.annotations.NullMarked;
