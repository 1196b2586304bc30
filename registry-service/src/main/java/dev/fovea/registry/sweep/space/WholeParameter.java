package dev.fovea.registry.sweep.space;

/**
 * A whole number.
 *
 * @param low the least value, inclusive; at least 1 where {@code log}
 * @param high the greatest value, inclusive; the last that a whole number of steps reaches
 * @param log whether each factor is as likely as any other, not each difference
 * @param step the distance between values, at least 1; 1 where {@code log}
 */
public record WholeParameter(long low, long high, boolean log, long step) implements Parameter {
  public WholeParameter {
    high = low + (high - low) / step * step;
  }

  @Override
  public boolean isFixed() {
    return low == high;
  }

  @Override
  public double anyValue() {
    return low;
  }

  @Override
  public long count() {
    return 1 + (high - low) / step;
  }

  @Override
  public double valueAt(long index) {
    return low + index * step;
  }

  @Override
  public boolean contains(double value) {
    return value >= low && value <= high && (value - low) % step == 0;
  }

  @Override
  public Object shown(double value) {
    return (long) value;
  }
}
