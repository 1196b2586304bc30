package dev.fovea.vision.detection;

import java.util.List;

/**
 * What a detector says about one image.
 *
 * @param found the surest first; of equally sure ones, the one that comes first in the output
 * @param unusable how many of its outputs are no detection because a number of them is not finite,
 *     or their box encloses nothing
 */
public record Detections(List<Detection> found, int unusable) {
  public Detections {
    found = List.copyOf(found);
  }
}
