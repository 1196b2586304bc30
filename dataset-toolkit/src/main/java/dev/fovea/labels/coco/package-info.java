/** COCO's JSON: boxes, polygons, run-length masks, keypoints, crowds. */
@NullMarked
package dev.fovea.labels.coco;

import org.jspecify.annotations.NullMarked;
