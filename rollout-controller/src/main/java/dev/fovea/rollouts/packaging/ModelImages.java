package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.servers.Served;
import java.io.IOException;

/** Makes container images of models. */
public interface ModelImages {
  /**
   * Makes the image, or finds it made: the same model, description and server give the same digest.
   *
   * @return the digest of the image's manifest
   * @throws PackagingFailed when trying again would not help
   * @throws IOException when it might
   */
  Digest build(Served served) throws IOException;

  /**
   * How those who run the image name it: exactly this one, by digest.
   *
   * @param image what {@link #build} gave
   */
  String reference(Served served, Digest image);
}
