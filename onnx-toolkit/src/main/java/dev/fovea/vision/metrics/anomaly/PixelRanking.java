package dev.fovea.vision.metrics.anomaly;

/** How often each score occurs in each image, the highest first, whatever the image. */
final class PixelRanking {
  private final int dropped;
  private final int[] keys;
  private final int[] images;
  private final int[] good;
  private final int[] defective;
  private final double[] shares;
  private final long[] goodOfImages;
  private final long[] defectiveOfImages;
  private int size;

  PixelRanking(int images, int cells, int dropped) {
    this.dropped = dropped;
    this.keys = new int[cells];
    this.images = new int[cells];
    this.good = new int[cells];
    this.defective = new int[cells];
    this.shares = new double[cells];
    this.goodOfImages = new long[images];
    this.defectiveOfImages = new long[images];
  }

  void put(int key, int image, int goodHere, int defectiveHere, double share) {
    keys[size] = key;
    images[size] = image;
    good[size] = goodHere;
    defective[size] = defectiveHere;
    shares[size] = share;
    goodOfImages[image] += goodHere;
    defectiveOfImages[image] += defectiveHere;
    size++;
  }

  /** Whether no bit of a score was dropped. */
  boolean exact() {
    return dropped == 0;
  }

  int dropped() {
    return dropped;
  }

  double good(int[] weights) {
    return sum(goodOfImages, weights);
  }

  double defective(int[] weights) {
    return sum(defectiveOfImages, weights);
  }

  private static double sum(long[] ofImages, int[] weights) {
    double sum = 0;
    for (int image = 0; image < ofImages.length; image++) {
      sum += (double) weights[image] * ofImages[image];
    }
    return sum;
  }

  /** Measures where each image is there as often as its weight says. */
  void walk(int[] weights, Curve curve) {
    int cell = 0;
    boolean on = true;
    while (cell < size && on) {
      double goodHere = 0;
      double defectiveHere = 0;
      double share = 0;
      int key = keys[cell];
      for (; cell < size && keys[cell] == key; cell++) {
        int weight = weights[images[cell]];
        goodHere += (double) weight * good[cell];
        defectiveHere += (double) weight * defective[cell];
        share += weight * shares[cell];
      }
      on = curve.add(goodHere, defectiveHere, share);
    }
  }

  /** An area below a curve that is drawn from the highest score on. */
  interface Curve {
    /**
     * All pixels of one score.
     *
     * @param shares the sum of the shares of their regions that they are
     * @return whether the curve goes on
     */
    boolean add(double good, double defective, double shares);

    /** The area, 0 to 1; NaN where there is none. */
    double area();

    /** How far the area may be from that of scores of which no bit was dropped. */
    double error();
  }
}
