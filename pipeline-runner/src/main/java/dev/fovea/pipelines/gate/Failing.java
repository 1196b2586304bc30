package dev.fovea.pipelines.gate;

/**
 * How often more items of a unit err than it bears: the upper tail of a binomial distribution, for
 * items that err independently of each other.
 */
final class Failing {
  private Failing() {}

  /**
   * The share of units that fail, 0 to 1. Weights are taken relative to the likeliest count, so
   * that neither they nor their products leave the range of doubles where it matters; the result is
   * good to 11 digits.
   *
   * @param error the share of items that err, 0 to 1
   * @param items of a unit, 1 or more
   * @param bears how many may err, 0 to {@code items - 1}
   */
  static double share(double error, int items, int bears) {
    if (error == 0 || error == 1 || items == 1) {
      return error;
    }
    double odds = error / (1 - error);
    int likeliest = (int) Math.min(items, (items + 1) * error);
    double all = 1;
    double beyond = likeliest > bears ? 1 : 0;
    double weight = 1;
    for (int count = likeliest + 1; count <= items; count++) {
      weight *= odds * (items - count + 1) / count;
      all += weight;
      beyond += count > bears ? weight : 0;
    }
    weight = 1;
    for (int count = likeliest - 1; count >= 0; count--) {
      weight *= (count + 1) / (odds * (items - count));
      all += weight;
      beyond += count > bears ? weight : 0;
    }
    return beyond / all;
  }
}
