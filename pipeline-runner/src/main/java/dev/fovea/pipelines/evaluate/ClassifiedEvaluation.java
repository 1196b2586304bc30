package dev.fovea.pipelines.evaluate;

import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A classifier on the test split of a dataset version.
 *
 * @param preprocess the digest of the spec by which images became inputs
 * @param accuracy share of right answers, 0 to 1
 * @param recalls the share found of each class that the split has
 * @param slices the accuracy of each slice
 * @param answers one an image, by path
 */
public record ClassifiedEvaluation(
    Digest variant,
    Digest dataset,
    Digest preprocess,
    double accuracy,
    Map<String, Double> recalls,
    Map<String, Double> slices,
    List<Scored> answers)
    implements Evaluation {
  public ClassifiedEvaluation {
    recalls = new TreeMap<>(recalls);
    slices = new TreeMap<>(slices);
    answers = List.copyOf(answers);
  }

  /** Measures the answers. */
  public static ClassifiedEvaluation of(
      Digest variant, Digest dataset, Digest preprocess, List<Scored> answers) {
    return new ClassifiedEvaluation(
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

  @Override
  public int size() {
    return answers.size();
  }

  @Override
  public String words() {
    return String.format(Locale.ROOT, "%.2f %% right", accuracy * 100);
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
                key,
                Collectors.collectingAndThen(
                    Collectors.toList(), ClassifiedEvaluation::shareOfRight)));
  }
}
