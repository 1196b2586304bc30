package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Sweep;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * A variant on images of the test split of a dataset version under every strength of a fault. Its
 * digest is that of its JSON, whose fields tell which of the two it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(SweepEvaluation.class), @JsonSubTypes.Type(DetectedSweep.class)})
public sealed interface UnderFault permits SweepEvaluation, DetectedSweep {
  /** How many images are taken at most. */
  int MOST_IMAGES = 1_000;

  /** The model file. */
  Digest variant();

  /** The dataset version. */
  Digest dataset();

  /** The fault. */
  Sweep sweep();

  /** The slice that the images are of; the whole split where absent. */
  Optional<String> slice();

  /** How many images it could have been taken of. */
  int of();

  /** How many images it is of. */
  int size();

  /**
   * The images that a fault is put on: all of them, or those with the smallest digests, which is a
   * choice by chance that is always the same.
   *
   * @param split by path
   * @param most how many at most
   * @return by path
   */
  static List<Sample> chosen(List<Sample> split, Optional<String> slice, int most) {
    return scope(split, slice)
        .sorted(Comparator.comparing(Sample::image).thenComparing(Sample::path))
        .limit(most)
        .sorted(Comparator.comparing(Sample::path))
        .toList();
  }

  /** The images of a split that are of a slice; all of them where it is absent. */
  static Stream<Sample> scope(List<Sample> split, Optional<String> slice) {
    return split.stream().filter(sample -> slice.isEmpty() || sample.slice().equals(slice));
  }

  /**
   * What was said at each strength but 0, put together.
   *
   * @param parts what was said part by part, in the order of the images
   */
  static <A> DoubleFunction<List<A>> answers(
      Sweep sweep, List<SweptImages.Answers> parts, Class<A> kind) {
    var strengths = Arrays.stream(sweep.strengths()).filter(strength -> strength != 0).toArray();
    var answers = new HashMap<Double, List<A>>();
    for (int i = 0; i < strengths.length; i++) {
      int column = i;
      answers.put(
          strengths[i],
          parts.stream().flatMap(part -> part.at().get(column).stream()).map(kind::cast).toList());
    }
    return strength -> Objects.requireNonNull(answers.get(strength));
  }

  /** Reads one from the store. */
  static UnderFault read(ObjectStore objects, Digest digest) throws IOException {
    return EvaluationJson.MAPPER.readValue(
        objects.bytes(digest, EvaluationJson.LIMIT_BYTES), UnderFault.class);
  }

  /** Stores it and answers its digest. */
  default Digest write(ObjectStore objects) throws IOException {
    return objects.put(EvaluationJson.MAPPER.writeValueAsBytes(this));
  }
}
