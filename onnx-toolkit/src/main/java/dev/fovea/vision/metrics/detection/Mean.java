package dev.fovea.vision.metrics.detection;

/** numpy's mean of an array of doubles, with its pairwise sum, so that no bit differs. */
final class Mean {
  private static final int BLOCK = 128;

  private Mean() {}

  /** The mean of the numbers above -1; -1 when there is none. */
  static double ofMeasured(double[] numbers) {
    var measured = new double[numbers.length];
    int count = 0;
    for (double number : numbers) {
      if (number > -1) {
        measured[count++] = number;
      }
    }
    return count == 0 ? -1 : sum(measured, 0, count) / count;
  }

  private static double sum(double[] numbers, int from, int count) {
    if (count > BLOCK) {
      int half = count / 2;
      half -= half % 8;
      return sum(numbers, from, half) + sum(numbers, from + half, count - half);
    }
    if (count < 8) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += numbers[from + i];
      }
      return sum;
    }
    var sums = new double[8];
    int whole = count - count % 8;
    for (int i = 0; i < whole; i++) {
      sums[i % 8] += numbers[from + i];
    }
    double sum =
        ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (int i = whole; i < count; i++) {
      sum += numbers[from + i];
    }
    return sum;
  }
}
