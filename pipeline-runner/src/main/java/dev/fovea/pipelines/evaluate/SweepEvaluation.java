package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.Sweep;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A classifier on images of the test split of a dataset version under every strength of a fault.
 * Its digest is that of its JSON.
 *
 * @param variant the model file
 * @param dataset the dataset version
 * @param preprocess the digest of the spec by which images became inputs
 * @param slice the slice that the images are of; the whole split where absent
 * @param of how many images it could have been taken of
 * @param at by rising strength; each of the same images, by path
 */
public record SweepEvaluation(
    Digest variant,
    Digest dataset,
    Digest preprocess,
    Sweep sweep,
    Optional<String> slice,
    int of,
    List<At> at)
    implements UnderFault {
  public SweepEvaluation {
    at = List.copyOf(at);
  }

  /**
   * What the classifier said at one strength.
   *
   * @param answers one an image, by path
   */
  public record At(double strength, List<Scored> answers) {
    public At {
      answers = List.copyOf(answers);
    }
  }

  /** The images that a fault is put on, a thousand at most. */
  public static List<Sample> chosen(List<Sample> split, Optional<String> slice) {
    return UnderFault.chosen(split, slice, MOST_IMAGES);
  }

  /**
   * Puts together what was said part by part.
   *
   * @param parts what was said to the {@link #chosen} images, in their order, at every strength but
   *     0
   * @param whole what the same variant says to the images as they are
   */
  public static SweepEvaluation of(
      Sweep sweep,
      Optional<String> slice,
      List<Sample> split,
      List<SweptImages.Answers> parts,
      ClassifiedEvaluation whole) {
    var images = chosen(split, slice);
    var answers = UnderFault.answers(sweep, parts, Scored.class);
    var at =
        Arrays.stream(sweep.strengths())
            .mapToObj(strength ->
                new At(
                    strength, strength == 0 ? asTheyAre(images, whole) : answers.apply(strength)))
            .toList();
    return new SweepEvaluation(
        whole.variant(),
        whole.dataset(),
        whole.preprocess(),
        sweep,
        slice,
        Math.toIntExact(UnderFault.scope(split, slice).count()),
        at);
  }

  private static List<Scored> asTheyAre(List<Sample> images, ClassifiedEvaluation whole) {
    Map<String, Scored> answers =
        whole.answers().stream()
            .collect(Collectors.toMap(Scored::path, Function.identity(), (first, _) -> first));
    return images.stream().map(image -> answers.get(image.path())).toList();
  }

  @Override
  public int size() {
    return at.getFirst().answers().size();
  }
}
