package dev.fovea.pipelines.precision;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The images that a search compares models on: never those of the test split, which the gates judge
 * by what was chosen.
 *
 * @param words which they are
 */
public record SearchImages(List<String> classes, List<Sample> samples, String words) {
  /** What the answers of all candidates to a detector's images may hold together. */
  private static final int MOST_DETECTIONS = 2_000_000;

  private static final int MOST_CANDIDATES = 25;
  private static final int LEAST = 32;

  public SearchImages {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /**
   * Of the split {@code val} where there is one, else of the training images: those first that did
   * not calibrate. Depends on the dataset version alone.
   *
   * @param calibrating the images that calibrated
   * @param wanted how many
   * @param detections how many a model may find in each; 0 for a classifier
   * @param prune which pruned models are tried beyond the usual ones
   */
  public static SearchImages of(
      Manifest manifest,
      Digest dataset,
      List<Sample> calibrating,
      int wanted,
      int detections,
      Optional<PruneSpec> prune) {
    int candidates = MOST_CANDIDATES + prune.map(PrunedCandidates::count).orElse(0);
    int most =
        detections == 0
            ? wanted
            : Math.min(wanted, Math.max(LEAST, MOST_DETECTIONS / candidates / detections));
    var val = new ArrayList<>(manifest.split("val"));
    if (!val.isEmpty()) {
      Collections.shuffle(val, new Random(new BigInteger(dataset.hex(), 16).longValue()));
      var chosen = val.subList(0, Math.min(most, val.size()));
      return new SearchImages(
          manifest.classes(), chosen, "%d images of the split val".formatted(chosen.size()));
    }
    var others = new ArrayList<>(manifest.split("train"));
    others.removeAll(new HashSet<>(calibrating));
    Collections.shuffle(others, new Random(new BigInteger(dataset.hex(), 16).longValue()));
    int fresh = Math.min(most, others.size());
    var chosen = new ArrayList<>(others.subList(0, fresh));
    int again = Math.min(most - fresh, calibrating.size());
    chosen.addAll(calibrating.subList(0, again));
    return new SearchImages(
        manifest.classes(),
        chosen,
        "%d training images%s"
            .formatted(
                chosen.size(),
                again == 0 ? "" : ", %d of which calibrated it too".formatted(again)));
  }
}
