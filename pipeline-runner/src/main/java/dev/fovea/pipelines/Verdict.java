package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * What the gates said: every rule with its measured value, so that nobody asks why.
 *
 * @param passed whether every rule passed
 */
public record Verdict(boolean passed, List<Ruling> rulings) {
  /**
   * How a rule came out. The measured value decides, not its interval, which is shown beside it.
   */
  public enum Outcome {
    PASS,
    FAIL,
    /** It rests on too few images or samples for an interval that means anything; doesn't pass. */
    INCONCLUSIVE,
    /** It could not be measured; doesn't pass. */
    ERROR
  }

  /**
   * One rule.
   *
   * @param rule the rule in words
   * @param line in {@code fovea.yaml}
   * @param wanted the limit with its sign and unit
   * @param measured the value; NaN where it could not be measured
   * @param low the lower end of its 95 % interval; the value itself where there is none
   * @param high the upper end
   * @param unit of all of them; empty for a share
   * @param on what it was measured on, such as a split and slice with its count, or a device
   * @param explanation the ruling in a sentence
   * @param frames the images that decided, at most 12
   */
  public record Ruling(
      String rule,
      int line,
      Outcome outcome,
      String wanted,
      double limit,
      double measured,
      double low,
      double high,
      String unit,
      String on,
      String explanation,
      List<Deciding> frames) {}

  /**
   * An image that counted against the rule.
   *
   * @param label its class; empty where the rule is about objects in it
   * @param answer the class that was said, or what there is to see of the objects, in words
   * @param confidence of the answer, 0 to 1; of objects the image's own average precision, and
   *     where nothing is there, 1 less the score of the surest detection
   */
  public record Deciding(
      Digest image, String path, String label, String answer, double confidence) {}
}
