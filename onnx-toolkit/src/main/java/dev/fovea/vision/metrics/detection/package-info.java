/**
 * How well a detector finds objects: COCO's average precision and recall as pycocotools computes
 * them, Pascal VOC's average precision, and how sure they are.
 *
 * <p>A {@link dev.fovea.vision.metrics.detection.BoxCollector} or {@link
 * dev.fovea.vision.metrics.detection.MaskCollector} takes truths and detections image by image and
 * keeps them in arrays of primitives. Nothing here reads files or knows ONNX Runtime.
 */
@NullMarked
package dev.fovea.vision.metrics.detection;

import org.jspecify.annotations.NullMarked;
