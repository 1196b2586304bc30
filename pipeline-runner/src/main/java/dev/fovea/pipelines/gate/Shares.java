package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Deciding;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.teamfile.Gate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Accuracy and recalls, of one variant or as the drop between both, on the test split or a slice of
 * it.
 */
final class Shares {
  private static final int FRAMES = 12;

  /**
   * Below these an interval is wider than any limit that one would set: 20 images leave 0.95 ± 0.12
   * at best.
   */
  static final int LEAST_IMAGES = 20;

  private static final int LEAST_OF_A_CLASS = 5;

  private Shares() {}

  static Finding of(Gate gate, ClassifiedEvaluation ofFp32, ClassifiedEvaluation ofInt8) {
    var int8 = scope(gate, ofInt8);
    var fp32 = scope(gate, ofFp32);
    var on =
        "test split"
            + gate.slice().map(slice -> ", slice " + slice).orElse("")
            + ", %d images".formatted(int8.size());
    if (int8.isEmpty()) {
      return new Finding.Missing(on, "no image of the test split is in it");
    }
    var judged = gate.drop() || gate.of() == Gate.Variant.INT8 ? int8 : fp32;
    var estimate = gate.drop() ? drop(gate, fp32, int8) : estimate(gate, judged);
    var frames = frames(gate, fp32, judged);
    var few = tooFew(gate, judged);
    return few.isEmpty()
        ? new Finding.Measured(estimate, on, note(gate, judged), frames)
        : new Finding.TooFew(estimate, on, few, frames);
  }

  private static List<Scored> scope(Gate gate, ClassifiedEvaluation evaluation) {
    return evaluation.answers().stream()
        .filter(answer -> gate.slice().isEmpty() || answer.slice().equals(gate.slice()))
        .toList();
  }

  private static Estimate estimate(Gate gate, List<Scored> answers) {
    return switch (gate.measure()) {
      case MACRO_RECALL -> macro(recalls(answers));
      case WORST_RECALL ->
          recalls(answers).values().stream()
              .min(Comparator.comparing(Estimate::value))
              .orElseThrow();
      default -> share(answers);
    };
  }

  private static Estimate drop(Gate gate, List<Scored> fp32, List<Scored> int8) {
    if (gate.measure() != Gate.Measure.ACCURACY) {
      return estimate(gate, fp32).minus(estimate(gate, int8));
    }
    // Both evaluations hold the same images by path, so that answers pair up by position.
    var counts = new long[4];
    for (int i = 0; i < int8.size(); i++) {
      counts[(fp32.get(i).right() ? 0 : 2) + (int8.get(i).right() ? 0 : 1)]++;
    }
    return Estimate.pairedDifference(counts[0], counts[1], counts[2], counts[3]);
  }

  private static Estimate share(List<Scored> answers) {
    return Estimate.share(answers.stream().filter(Scored::right).count(), answers.size());
  }

  private static Map<String, Estimate> recalls(List<Scored> answers) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                Scored::label,
                TreeMap::new,
                Collectors.collectingAndThen(Collectors.toList(), Shares::share)));
  }

  /**
   * The mean of independent shares; its ends by variance estimates recovery (Zou and Donner 2008).
   */
  private static Estimate macro(Map<String, Estimate> recalls) {
    int classes = recalls.size();
    double mean = recalls.values().stream().mapToDouble(Estimate::value).average().orElse(0);
    double down =
        Math.sqrt(recalls.values().stream().mapToDouble(e -> square(e.value() - e.low())).sum())
            / classes;
    double up =
        Math.sqrt(recalls.values().stream().mapToDouble(e -> square(e.high() - e.value())).sum())
            / classes;
    return new Estimate(mean, Math.max(0, mean - down), Math.min(1, mean + up));
  }

  private static String worstClass(List<Scored> answers) {
    return recalls(answers).entrySet().stream()
        .min(Comparator.comparing(entry -> entry.getValue().value()))
        .orElseThrow()
        .getKey();
  }

  private static String tooFew(Gate gate, List<Scored> answers) {
    if (answers.size() < LEAST_IMAGES) {
      return tooFewImages(answers.size());
    }
    if (gate.measure() == Gate.Measure.ACCURACY) {
      return "";
    }
    var counts =
        answers.stream()
            .collect(Collectors.groupingBy(Scored::label, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() < LEAST_OF_A_CLASS)
        .findFirst()
        .map(entry ->
            "%d images of class %s, and it takes %d"
                .formatted(entry.getValue(), entry.getKey(), LEAST_OF_A_CLASS))
        .orElse("");
  }

  static String tooFewImages(int images) {
    return "%d images, and it takes %d".formatted(images, LEAST_IMAGES);
  }

  private static String note(Gate gate, List<Scored> answers) {
    return gate.measure() == Gate.Measure.WORST_RECALL
        ? "the worst class is " + worstClass(answers)
        : "";
  }

  /** The mistakes that counted. */
  private static List<Deciding> frames(Gate gate, List<Scored> fp32, List<Scored> judged) {
    var worst = gate.measure() == Gate.Measure.WORST_RECALL ? worstClass(judged) : "";
    return mistakes(
        IntStream.range(0, judged.size())
            .filter(i -> !gate.drop() || fp32.get(i).right())
            .mapToObj(judged::get)
            .filter(answer -> worst.isEmpty() || answer.label().equals(worst))
            .toList());
  }

  /** The mistakes, the most confident first: those are what a person should look at. */
  static List<Deciding> mistakes(List<Scored> answers) {
    return answers.stream()
        .filter(answer -> !answer.right())
        .sorted(Comparator.comparing(Scored::confidence).reversed().thenComparing(Scored::path))
        .limit(FRAMES)
        .map(a -> new Deciding(a.image(), a.path(), a.label(), a.answer(), a.confidence()))
        .toList();
  }

  private static double square(double x) {
    return x * x;
  }
}
