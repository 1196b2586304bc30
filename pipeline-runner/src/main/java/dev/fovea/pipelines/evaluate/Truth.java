package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.LabelledObject;
import java.util.List;

/**
 * An object that is in an image.
 *
 * @param category the place of its class among the dataset's, from 0
 * @param x1 the left edge of the upright box around it, in pixels of the image
 * @param y1 the upper edge
 * @param x2 the right edge
 * @param y2 the lower edge
 * @param area by which it is small, medium or large, in square pixels: that of its outline, where
 *     it has one
 */
public record Truth(int category, double x1, double y1, double x2, double y2, double area) {
  static Truth of(LabelledObject object, List<String> classes) {
    return new Truth(
        classes.indexOf(object.label()),
        object.x1(),
        object.y1(),
        object.x2(),
        object.y2(),
        object.area());
  }
}
