package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Sweep;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A detector on images under every strength of a fault. A fault moves nothing, so what is there is
 * the same at each.
 *
 * @param variant the model file
 * @param dataset the dataset version
 * @param preprocess the digest of the spec by which images became inputs
 * @param detector how outputs became detections
 * @param classes the dataset's
 * @param slice the slice that the images are of; the whole split where absent
 * @param of how many images it could have been taken of
 * @param strengths rising; each of the same images, by path
 */
public record DetectedSweep(
    Digest variant,
    Digest dataset,
    Digest preprocess,
    DetectorSpec detector,
    List<String> classes,
    Sweep sweep,
    Optional<String> slice,
    int of,
    List<Strength> strengths)
    implements UnderFault {
  /** What it holds at all strengths together. */
  private static final int MOST_DETECTIONS = 1_000_000;

  public DetectedSweep {
    classes = List.copyOf(classes);
    strengths = List.copyOf(strengths);
  }

  /**
   * What the detector found at one strength.
   *
   * @param images one each, by path
   */
  public record Strength(double strength, List<Found> images) {
    public Strength {
      images = List.copyOf(images);
    }
  }

  /**
   * The images that a fault is put on: a thousand, or so many that a million detections hold what
   * is found in them at all strengths.
   */
  public static List<Sample> chosen(
      List<Sample> split, Optional<String> slice, DetectorSpec detector) {
    int most = MOST_DETECTIONS / ((Sweep.STRENGTHS + 1) * detector.most());
    return UnderFault.chosen(split, slice, Math.min(most, MOST_IMAGES));
  }

  /**
   * Puts together what was seen part by part.
   *
   * @param parts what was seen in the {@link #chosen} images, in their order, at every strength but
   *     0
   * @param whole what the same variant finds in the images as they are
   */
  public static DetectedSweep of(
      Sweep sweep,
      Optional<String> slice,
      List<Sample> split,
      List<SweptImages.Answers> parts,
      DetectedEvaluation whole) {
    var images = chosen(split, slice, whole.detector());
    var answers = UnderFault.answers(sweep, parts, Seen.class);
    var strengths =
        Arrays.stream(sweep.strengths())
            .mapToObj(strength ->
                new Strength(
                    strength,
                    strength == 0
                        ? asTheyAre(images, whole)
                        : DetectedEvaluation.found(
                            images, whole.classes(), answers.apply(strength))))
            .toList();
    return new DetectedSweep(
        whole.variant(),
        whole.dataset(),
        whole.preprocess(),
        whole.detector(),
        whole.classes(),
        sweep,
        slice,
        Math.toIntExact(UnderFault.scope(split, slice).count()),
        strengths);
  }

  private static List<Found> asTheyAre(List<Sample> images, DetectedEvaluation whole) {
    Map<String, Found> found =
        whole.images().stream()
            .collect(
                Collectors.toMap(
                    Found::path, Function.identity(), (first, _) -> first, HashMap::new));
    return images.stream().map(image -> found.get(image.path())).toList();
  }

  @Override
  public int size() {
    return strengths.getFirst().images().size();
  }
}
