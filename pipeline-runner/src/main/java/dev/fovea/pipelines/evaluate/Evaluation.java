package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;

/**
 * A variant on the test split of a dataset version. Its digest is that of its JSON, so the same
 * variant on the same images is the same evaluation. The JSON's fields tell which of the two it is;
 * those of classifiers have had theirs since there were no others.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(ClassifiedEvaluation.class),
  @JsonSubTypes.Type(DetectedEvaluation.class)
})
public sealed interface Evaluation permits ClassifiedEvaluation, DetectedEvaluation {
  /** The model file. */
  Digest variant();

  /** The dataset version. */
  Digest dataset();

  /** The digest of the spec by which images became inputs. */
  Digest preprocess();

  /** How many images it is of. */
  int size();

  /** How it came out, in a few words with values. */
  String words();

  /**
   * Measures the answers to a whole split.
   *
   * @param variant who gave them
   */
  static Evaluation of(Shard whole, Digest variant, Digest dataset, List<Answer> answers) {
    var preprocess = whole.preprocess().digest();
    return whole.detector().isPresent()
        ? DetectedEvaluation.of(whole, variant, dataset, only(Seen.class, answers))
        : ClassifiedEvaluation.of(variant, dataset, preprocess, only(Scored.class, answers));
  }

  /** Reads one from the store. */
  static Evaluation read(ObjectStore objects, Digest digest) throws IOException {
    return EvaluationJson.MAPPER.readValue(
        objects.bytes(digest, EvaluationJson.LIMIT_BYTES), Evaluation.class);
  }

  /** Stores it and answers its digest. */
  default Digest write(ObjectStore objects) throws IOException {
    return objects.put(EvaluationJson.MAPPER.writeValueAsBytes(this));
  }

  private static <T extends Answer> List<T> only(Class<T> type, List<Answer> answers) {
    return answers.stream().map(type::cast).toList();
  }
}
