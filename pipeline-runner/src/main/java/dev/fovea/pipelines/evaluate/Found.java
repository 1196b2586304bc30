package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.vision.detection.Detection;
import java.util.List;
import java.util.Optional;

/**
 * What is in one image, and what a detector found.
 *
 * @param path the image's path in its dataset
 * @param objects what is there, by place; empty for a background
 * @param detections what was found, the surest first
 * @param unusable how many outputs were no detection because a number of them is not finite or
 *     their box encloses nothing
 */
public record Found(
    Digest image,
    String path,
    Optional<String> slice,
    List<Truth> objects,
    List<Detection> detections,
    int unusable) {
  public Found {
    objects = List.copyOf(objects);
    detections = List.copyOf(detections);
  }

  static Found of(Sample sample, List<String> classes, Seen seen) {
    return new Found(
        sample.image(),
        sample.path(),
        sample.slice(),
        sample.objects().stream().map(object -> Truth.of(object, classes)).toList(),
        seen.detections(),
        seen.unusable());
  }
}
