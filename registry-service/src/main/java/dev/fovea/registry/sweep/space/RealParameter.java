package dev.fovea.registry.sweep.space;

import java.math.BigDecimal;
import java.util.OptionalDouble;

/**
 * A real number.
 *
 * @param low the least value, inclusive; above 0 where {@code log}
 * @param high the greatest value, inclusive; with a step, the last that a whole number of steps
 *     reaches
 * @param log whether each factor is as likely as any other, not each difference
 * @param step the distance between values; without one every value between the bounds is possible
 */
public record RealParameter(double low, double high, boolean log, OptionalDouble step)
    implements Parameter {
  // Sums of decimal fractions as 0.1 miss their own multiples by a few units in the last place.
  private static final double STEP_TOLERANCE = 1e-8;

  public RealParameter {
    if (step.isPresent()) {
      high = lastStep(low, high, step.getAsDouble());
    }
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
    if (isFixed()) {
      return 1;
    }
    return step.isPresent() ? 1 + Math.round((high - low) / step.getAsDouble()) : Long.MAX_VALUE;
  }

  /** In decimals as they are written: 0.1 and two steps of 0.1 are 0.3. */
  @Override
  public double valueAt(long index) {
    if (isFixed()) {
      return low;
    }
    double by =
        step.orElseThrow(
            () -> new IllegalStateException("%s is a continuum: it has no step".formatted(this)));
    return BigDecimal.valueOf(by)
        .multiply(BigDecimal.valueOf(index))
        .add(BigDecimal.valueOf(low))
        .doubleValue();
  }

  @Override
  public boolean contains(double value) {
    if (!(value >= low && value <= high)) {
      return false;
    }
    if (step.isEmpty()) {
      return true;
    }
    double steps = (value - low) / step.getAsDouble();
    return Math.abs(steps - Math.rint(steps)) < STEP_TOLERANCE;
  }

  @Override
  public Object shown(double value) {
    return value;
  }

  /** In decimals as they are written, so that 0.1 to 0.5 by 0.1 ends at 0.5. */
  private static double lastStep(double low, double high, double step) {
    var first = BigDecimal.valueOf(low);
    var by = BigDecimal.valueOf(step);
    var range = BigDecimal.valueOf(high).subtract(first);
    return range.remainder(by).signum() == 0
        ? high
        : range.divideToIntegralValue(by).multiply(by).add(first).doubleValue();
  }
}
