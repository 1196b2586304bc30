package dev.fovea.vision.metrics;

/**
 * What a classifier said about one picture.
 *
 * @param label the class with the largest logit; the lowest number where several are equal
 * @param confidence its softmax probability, above 0, at most 1
 * @param margin that minus the second largest probability, 0 to 1; small means torn between two
 * @param entropy of all probabilities in nats, 0 (sure) to ln(classes) (no idea)
 */
public record Answer(int label, double confidence, double margin, double entropy) {

  /** The answer in these logits, one a class. */
  public static Answer ofLogits(float[] logits) {
    return ofLogits(logits, 0, logits.length);
  }

  /**
   * The answer in one row of a batch.
   *
   * @param logits of all rows
   * @param offset where this row begins
   * @param classes how many logits it has, at least 2
   * @throws IllegalArgumentException when a logit is not finite
   */
  public static Answer ofLogits(float[] logits, int offset, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("logits: %d (expected: at least 2)".formatted(classes));
    }
    int best = 0;
    for (int c = 0; c < classes; c++) {
      float logit = logits[offset + c];
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException(
            "logit of class %d: %s (expected: a finite number)".formatted(c, logit));
      }
      if (logit > logits[offset + best]) {
        best = c;
      }
    }
    // Shifted by the largest logit, so that no exponential overflows.
    double largest = logits[offset + best];
    double sum = 0;
    double weighted = 0;
    double second = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      double shifted = logits[offset + c] - largest;
      double exp = Math.exp(shifted);
      sum += exp;
      weighted += exp * shifted;
      if (c != best) {
        second = Math.max(second, exp);
      }
    }
    return new Answer(
        best, 1 / sum, (1 - second) / sum, Math.max(Math.log(sum) - weighted / sum, 0));
  }
}
