package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import java.io.IOException;

/** The dataset version that a release is judged on, if it is one for the kind of its model. */
public final class JudgedImages {
  private JudgedImages() {}

  /**
   * Reads the manifest of a version.
   *
   * @throws InvalidRequest when the policy is of a classifier and the version holds objects, or the
   *     other way round
   */
  public static Manifest read(ObjectStore objects, Digest version, ReleaseSpec policy)
      throws IOException {
    return policy.detector().isPresent()
        ? DetectedImages.read(objects, version)
        : ClassifiedImages.read(
            objects,
            version,
            "for a detector, write 'detector: {output: yolo-v8}' and gates of map, map50, map-small, map-medium, map-large or worst-ap under 'release' in fovea.yaml; for a classifier, name a dataset of classified images there; and push it");
  }
}
