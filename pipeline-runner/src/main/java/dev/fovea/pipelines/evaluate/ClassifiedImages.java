package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;

/** Dataset versions that classifiers can be measured and trained on. */
public final class ClassifiedImages {
  private ClassifiedImages() {}

  /**
   * Reads the manifest of a version.
   *
   * @throws InvalidRequest when its classes are those of objects in the images
   */
  public static Manifest read(ObjectStore objects, Digest version) throws IOException {
    var manifest = Manifest.read(objects, version);
    if (manifest.holdsObjects()) {
      long without = manifest.samples().stream().map(Sample::label).filter(String::isEmpty).count();
      int found = manifest.samples().stream().mapToInt(sample -> sample.objects().size()).sum();
      throw new InvalidRequest(
          "dataset version %s holds %d objects, and %d of its %d images have no class as a whole (expected: one class an image and no objects); Fovea evaluates and retrains classifiers, detectors not yet"
              .formatted(version.abbreviated(), found, without, manifest.samples().size()),
          "name a dataset of classified images under 'release' in fovea.yaml and push it; this one is versioned, checked and compared all the same");
    }
    return manifest;
  }
}
