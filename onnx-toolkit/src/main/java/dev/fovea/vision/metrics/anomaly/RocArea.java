package dev.fovea.vision.metrics.anomaly;

/**
 * The area under a ROC curve. Scores that became one by dropping bits are joined by a straight
 * line; the true curve rises from the same point to the same point, so no further than half the
 * rectangle of both from the line.
 */
final class RocArea implements PixelRanking.Curve {
  private final double allGood;
  private final double allDefective;
  private double found;
  private double area;
  private double rectangles;

  RocArea(double allGood, double allDefective) {
    this.allGood = allGood;
    this.allDefective = allDefective;
  }

  @Override
  public boolean add(double good, double defective, double shares) {
    area += good * (found + defective / 2);
    rectangles += good * defective;
    found += defective;
    return true;
  }

  @Override
  public double area() {
    return allGood == 0 || allDefective == 0 ? Double.NaN : area / allGood / allDefective;
  }

  @Override
  public double error() {
    return rectangles / 2 / allGood / allDefective;
  }
}
