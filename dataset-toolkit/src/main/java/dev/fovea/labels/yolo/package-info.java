/** Ultralytics' text files: detect, segment, oriented boxes, pose. */
@NullMarked
package dev.fovea.labels.yolo;

import org.jspecify.annotations.NullMarked;
