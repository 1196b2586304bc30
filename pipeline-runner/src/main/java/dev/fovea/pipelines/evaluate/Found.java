package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.vision.detection.Detection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in one image, and what a detector found.
 *
 * @param path the image's path in its dataset
 * @param objects what is there, by place; empty for a background
 * @param detections what was found, the surest first
 * @param unusable how many outputs were no detection because a number of them is not finite or
 *     their box encloses nothing
 * @param passes how often the model ran; absent where the image was not in tiles, and left out of
 *     the JSON then
 */
public record Found(
    Digest image,
    String path,
    Optional<String> slice,
    List<Truth> objects,
    List<Detection> detections,
    int unusable,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<Integer> passes) {
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
    static Truth of(LabelledObject object, Map<String, Integer> places) {
      return new Truth(
          places.getOrDefault(object.label(), -1),
          object.x1(),
          object.y1(),
          object.x2(),
          object.y2(),
          object.area());
    }
  }

  public Found {
    objects = List.copyOf(objects);
    detections = List.copyOf(detections);
  }

  /** In an image that was seen at once. */
  public Found(
      Digest image,
      String path,
      Optional<String> slice,
      List<Truth> objects,
      List<Detection> detections,
      int unusable) {
    this(image, path, slice, objects, detections, unusable, Optional.empty());
  }

  /**
   * @param places of the classes
   */
  static Found of(Sample sample, Map<String, Integer> places, Seen seen) {
    return new Found(
        sample.image(),
        sample.path(),
        sample.slice(),
        sample.objects().stream().map(object -> Truth.of(object, places)).toList(),
        seen.detections(),
        seen.unusable(),
        seen.passes());
  }
}
