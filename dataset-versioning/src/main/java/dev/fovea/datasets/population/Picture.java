package dev.fovea.datasets.population;

import dev.fovea.datasets.Sample;
import dev.fovea.vision.ImageTraits;
import java.util.Optional;

/**
 * An image of a version with what its file told.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param traits how it is stored; absent where the file does not say
 */
public record Picture(Sample sample, int width, int height, Optional<ImageTraits> traits) {
  String path() {
    return sample.path();
  }

  double area() {
    return (double) width * height;
  }

  double aspect() {
    return (double) width / height;
  }
}
