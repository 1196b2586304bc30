package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Sweep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    List<At> at) {
  /** How many images are taken at most. */
  public static final int MOST_IMAGES = 1_000;

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

  /**
   * The images that a fault is put on: all of them, or those with the smallest digests, which is a
   * choice by chance that is always the same.
   *
   * @param split by path
   * @return by path
   */
  public static List<Sample> chosen(List<Sample> split, Optional<String> slice) {
    return scope(split, slice)
        .sorted(Comparator.comparing(Sample::image).thenComparing(Sample::path))
        .limit(MOST_IMAGES)
        .sorted(Comparator.comparing(Sample::path))
        .toList();
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
    var at = new ArrayList<At>();
    int place = 0;
    for (double strength : sweep.strengths()) {
      if (strength == 0) {
        at.add(new At(0, asTheyAre(images, whole)));
      } else {
        int column = place++;
        at.add(
            new At(
                strength, parts.stream().flatMap(part -> part.at().get(column).stream()).toList()));
      }
    }
    return new SweepEvaluation(
        whole.variant(),
        whole.dataset(),
        whole.preprocess(),
        sweep,
        slice,
        Math.toIntExact(scope(split, slice).count()),
        at);
  }

  private static List<Scored> asTheyAre(List<Sample> images, ClassifiedEvaluation whole) {
    Map<String, Scored> answers =
        whole.answers().stream()
            .collect(Collectors.toMap(Scored::path, Function.identity(), (first, _) -> first));
    return images.stream().map(image -> answers.get(image.path())).toList();
  }

  private static Stream<Sample> scope(List<Sample> split, Optional<String> slice) {
    return split.stream().filter(sample -> slice.isEmpty() || sample.slice().equals(slice));
  }

  /** How many images it is of. */
  public int size() {
    return at.getFirst().answers().size();
  }

  /** Reads one from the store. */
  public static SweepEvaluation read(ObjectStore objects, Digest digest) throws IOException {
    return EvaluationJson.MAPPER.readValue(
        objects.bytes(digest, EvaluationJson.LIMIT_BYTES), SweepEvaluation.class);
  }

  /** Stores it and answers its digest. */
  public Digest write(ObjectStore objects) throws IOException {
    return objects.put(EvaluationJson.MAPPER.writeValueAsBytes(this));
  }
}
