package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The dataset version that a release is judged on, if it is one for the kind of its model. */
public final class JudgedImages {
  /** What has a place but no box that a detector could find. */
  private static final Set<Kind> WITHOUT_BOX = Set.of(Kind.POINTS, Kind.POLYLINE);

  /** As many as COCO's evaluation takes. */
  private static final int MOST_CLASSES = 4_096;

  private JudgedImages() {}

  /**
   * Reads the manifest of a version.
   *
   * @throws InvalidRequest when the policy is of a classifier and the version holds objects, or the
   *     other way round, or an object has no box or a class that the version lacks
   */
  public static Manifest read(ObjectStore objects, Digest version, ReleaseSpec policy)
      throws IOException {
    return policy.detector().isPresent()
        ? detected(objects, version)
        : ClassifiedImages.read(
            objects,
            version,
            "for a detector, write 'detector: {output: yolo-v8}' and gates of map, map50, map-small, map-medium, map-large or worst-ap under 'release' in fovea.yaml; for a classifier, name a dataset of classified images there; and push it");
  }

  /** Each object with a box and a class. */
  private static Manifest detected(ObjectStore objects, Digest version) throws IOException {
    var manifest = Manifest.read(objects, version);
    if (!manifest.holdsObjects()) {
      throw new InvalidRequest(
          "dataset version %s has a class for each of its %d images and no objects in them (expected: objects, since fovea.yaml has 'detector' under 'release')"
              .formatted(version.abbreviated(), manifest.samples().size()),
          "take 'detector' out and write gates of accuracy, macro-recall or worst-recall, or name a dataset with objects under 'release' in fovea.yaml, and push it");
    }
    if (manifest.classes().isEmpty() || manifest.classes().size() > MOST_CLASSES) {
      throw new InvalidRequest(
          "dataset version %s: %d classes (expected: 1 to %d)"
              .formatted(version.abbreviated(), manifest.classes().size(), MOST_CLASSES),
          "name the classes of the objects in fovea.yaml, and push the dataset again");
    }
    var withoutBox = some(manifest, object -> WITHOUT_BOX.contains(object.kind()));
    if (!withoutBox.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: %d of its objects have no box; the first is a %s"
              .formatted(
                  version.abbreviated(),
                  withoutBox.size(),
                  withoutBox.getFirst().kind().noun(true)),
          "give a detector's dataset boxes, polygons or masks, and push it again");
    }
    var classes = new HashSet<>(manifest.classes());
    var unknown = some(manifest, object -> !classes.contains(object.label()));
    if (!unknown.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: %d objects of classes that it lacks, such as '%s'"
              .formatted(
                  version.abbreviated(), unknown.size(), Text.excerpt(unknown.getFirst().label())),
          "name all classes of the dataset in fovea.yaml, and push it again");
    }
    return manifest;
  }

  private static List<LabelledObject> some(Manifest manifest, Predicate<LabelledObject> which) {
    return manifest.samples().stream()
        .flatMap(sample -> sample.objects().stream())
        .filter(which)
        .toList();
  }
}
