package dev.fovea.serving.model;

import java.util.List;

/**
 * What the model says of one image.
 *
 * @param label the likeliest class; empty where the scores are no numbers
 * @param confidence its probability, 0 to 1; 0 where the scores are no numbers
 * @param margin confidence less the second class's, 0 to 1
 * @param probabilities one a class, together 1; each NaN where the scores are no numbers
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Answer(String label, double confidence, double margin, float[] probabilities) {
  static Answer of(List<String> classes, float[] probabilities) {
    int best = -1;
    double first = 0;
    double second = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double p = probabilities[i];
      if (Double.isNaN(p)) {
        return new Answer("", 0, 0, probabilities);
      }
      if (best < 0 || p > first) {
        second = best < 0 ? 0 : first;
        first = p;
        best = i;
      } else if (p > second) {
        second = p;
      }
    }
    return new Answer(classes.get(best), clamp(first), clamp(first - second), probabilities);
  }

  // A model's own softmax may miss 1 by a rounding.
  private static double clamp(double p) {
    return Math.clamp(p, 0, 1);
  }
}
