package dev.fovea.vision.metrics.anomaly;

/**
 * The area under the curve of the mean overlap of regions against the share of good pixels that are
 * called defective, up to a limit and divided by it. As for {@link RocArea}, the true curve stays
 * in the rectangles of points that dropping bits joined.
 */
final class OverlapArea implements PixelRanking.Curve {
  private final double allGood;
  private final double regions;
  private final double limit;
  private double good;
  private double overlap;
  private double x;
  private double y;
  private double area;
  private double error;

  OverlapArea(double allGood, double regions, double limit) {
    this.allGood = allGood;
    this.regions = regions;
    this.limit = limit;
  }

  @Override
  public boolean add(double goodHere, double defective, double shares) {
    good += goodHere;
    overlap += shares;
    double nextX = good / allGood;
    double nextY = Math.min(overlap / regions, 1);
    double width = Math.min(nextX, limit) - x;
    boolean whole = nextX <= limit;
    if (whole) {
      area += width * (y + nextY) / 2;
      error += width * (nextY - y) / 2;
    } else {
      double rise = (nextY - y) * width / (nextX - x);
      area += width * (y + rise / 2);
      // Between a curve that rises at once and one that rises beyond the limit.
      error += width * Math.max(rise / 2, nextY - y - rise / 2);
    }
    x = nextX;
    y = nextY;
    return whole;
  }

  @Override
  public double area() {
    return allGood == 0 || regions == 0 ? Double.NaN : area / limit;
  }

  @Override
  public double error() {
    return error / limit;
  }
}
