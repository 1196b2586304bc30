package dev.fovea.pipelines.evaluate;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A variant on the test split of a dataset version. Its digest is that of its JSON, so the same
 * variant on the same images is the same evaluation.
 *
 * @param preprocess the digest of the spec by which images became inputs
 * @param accuracy share of right answers, 0 to 1
 * @param recalls the share found of each class that the split has
 * @param slices the accuracy of each slice
 * @param answers one an image, by path
 */
public record Evaluation(
    Digest variant,
    Digest dataset,
    Digest preprocess,
    double accuracy,
    Map<String, Double> recalls,
    Map<String, Double> slices,
    List<Scored> answers) {
  private static final long LIMIT_BYTES = 1L << 30;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public Evaluation {
    recalls = new TreeMap<>(recalls);
    slices = new TreeMap<>(slices);
    answers = List.copyOf(answers);
  }

  /** Measures the answers. */
  public static Evaluation of(
      Digest variant, Digest dataset, Digest preprocess, List<Scored> answers) {
    return new Evaluation(
        variant,
        dataset,
        preprocess,
        shareOfRight(answers),
        sharesBy(answers, Scored::label),
        sharesBy(
            answers.stream().filter(answer -> answer.slice().isPresent()).toList(),
            answer -> answer.slice().orElse("")),
        answers);
  }

  /** Reads one from the store. */
  public static Evaluation read(ObjectStore objects, Digest digest) throws IOException {
    return JSON.readValue(objects.bytes(digest, LIMIT_BYTES), Evaluation.class);
  }

  /** Stores it and answers its digest. */
  public Digest write(ObjectStore objects) throws IOException {
    return objects.put(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
  }

  private static double shareOfRight(List<Scored> answers) {
    return answers.isEmpty()
        ? 0
        : answers.stream().filter(Scored::right).count() / (double) answers.size();
  }

  private static Map<String, Double> sharesBy(List<Scored> answers, Function<Scored, String> key) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                key, Collectors.collectingAndThen(Collectors.toList(), Evaluation::shareOfRight)));
  }
}
