package dev.fovea.registry.sweep.space;

import java.util.Arrays;

/** One value for each parameter of a space, in the order of their names. */
public final class Point {
  private final double[] values;

  /**
   * @param values as {@link Parameter} has them inside
   */
  public Point(double... values) {
    this.values = values.clone();
  }

  /** The value of the parameter at this place. */
  public double at(int parameter) {
    return values[parameter];
  }

  /** How many parameters there are. */
  public int size() {
    return values.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Point point && Arrays.equals(values, point.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
