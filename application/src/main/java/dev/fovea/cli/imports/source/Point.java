package dev.fovea.cli.imports.source;

/**
 * One value of a metric.
 *
 * @param value NaN is kept; an infinity becomes the largest number of its sign, as MLflow stores it
 * @param atMillis since 1970
 * @param step may be negative
 */
public record Point(String key, double value, long atMillis, long step) {
  public Point {
    if (Double.isInfinite(value)) {
      value = Math.copySign(Double.MAX_VALUE, value);
    }
  }
}
