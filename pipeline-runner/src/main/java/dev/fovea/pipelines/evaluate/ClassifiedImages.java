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
   * @param instead what to do where its classes are those of objects in the images
   * @throws InvalidRequest when they are
   */
  public static Manifest read(ObjectStore objects, Digest version, String instead)
      throws IOException {
    var manifest = Manifest.read(objects, version);
    if (manifest.holdsObjects()) {
      long without = manifest.samples().stream().map(Sample::label).filter(String::isEmpty).count();
      int found = manifest.samples().stream().mapToInt(sample -> sample.objects().size()).sum();
      throw new InvalidRequest(
          "dataset version %s holds %d objects, and %d of its %d images have no class as a whole (expected: one class an image and no objects)"
              .formatted(version.abbreviated(), found, without, manifest.samples().size()),
          instead);
    }
    return manifest;
  }
}
