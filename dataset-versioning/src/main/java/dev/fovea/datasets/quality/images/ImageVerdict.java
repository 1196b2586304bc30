package dev.fovea.datasets.quality.images;

import dev.fovea.vision.ImageTraits;
import java.util.Optional;

/**
 * What decoding an image told.
 *
 * @param fault why it cannot be used, to be read after the file's name; empty when it decodes
 * @param width in pixels; 0 where nothing decodes
 * @param height in pixels; 0 where nothing decodes
 * @param dhash 64 bits, alike for images that look alike (a difference hash on 9 x 8 cells)
 * @param traits how its pixels are stored; absent where the file does not say
 */
public record ImageVerdict(
    String fault, int width, int height, long dhash, Optional<ImageTraits> traits) {
  static ImageVerdict faulty(String fault, Optional<ImageTraits> traits) {
    return new ImageVerdict(fault, 0, 0, 0, traits);
  }

  /** Whether it can be used. */
  public boolean decodes() {
    return fault.isEmpty();
  }
}
