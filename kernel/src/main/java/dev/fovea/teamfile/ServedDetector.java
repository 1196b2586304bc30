package dev.fovea.teamfile;

import java.util.List;

/**
 * What a server needs to answer with the objects in an image, as an evaluation does, in place of a
 * model's raw outputs.
 *
 * @param spec how the outputs are read, and in which tiles the image is seen
 * @param classes the names of the objects' classes, in the order of the model's; 1 or more
 */
public record ServedDetector(DetectorSpec spec, List<String> classes) {
  public ServedDetector {
    classes = List.copyOf(classes);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("served detector: 0 classes (expected: 1 or more)");
    }
  }
}
