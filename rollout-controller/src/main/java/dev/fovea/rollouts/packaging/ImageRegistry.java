package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;

/**
 * Keeps images for those who run them. The manifest's digest is the image's identity: it is the
 * same in every registry, and what is there under it is never replaced.
 */
public interface ImageRegistry {
  /**
   * Takes an image over and lets the tag point at it; a tag that pointed elsewhere moves. Blobs
   * come before the manifest, so that whoever finds the manifest finds all of it. What is there
   * already is not sent again. Calling it again after any failure is safe.
   *
   * @throws PackagingFailed when trying again would not help
   * @throws IOException when it might
   */
  void push(BuiltImage image, ImageName name) throws IOException;

  /** How those who run an image name it. */
  String reference(ImageName name, Digest manifest);
}
