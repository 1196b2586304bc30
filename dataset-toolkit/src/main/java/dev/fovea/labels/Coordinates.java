package dev.fovea.labels;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.fovea.labels.Shape.Box;
import java.util.Arrays;
import java.util.Optional;

/**
 * Points in pixels from the image's upper left corner, x to the right and y down. In JSON a list of
 * x and y by turns.
 */
public final class Coordinates {
  private final double[] values;

  private Coordinates(double[] values) {
    this.values = values;
  }

  /**
   * Points one after the other.
   *
   * @param values x1, y1, x2, y2 and so on; copied
   */
  public static Coordinates of(double... values) {
    if (values.length % 2 != 0) {
      throw new IllegalArgumentException(
          "coordinates: %d numbers (expected: an even count)".formatted(values.length));
    }
    var copy = values.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] += 0.0; // -0.0 becomes 0.0, so that equal places are equal values
    }
    return new Coordinates(copy);
  }

  @JsonCreator
  private static Coordinates read(double[] values) {
    return of(values);
  }

  /** How many points there are. */
  public int size() {
    return values.length / 2;
  }

  public double x(int point) {
    return values[2 * point];
  }

  public double y(int point) {
    return values[2 * point + 1];
  }

  /** x1, y1, x2, y2 and so on; a copy. */
  @JsonValue
  public double[] toArray() {
    return values.clone();
  }

  /** The smallest box around the points; absent where there are none. */
  public Optional<Box> bounds() {
    if (values.length == 0) {
      return Optional.empty();
    }
    double x1 = x(0);
    double x2 = x(0);
    double y1 = y(0);
    double y2 = y(0);
    for (int i = 1; i < size(); i++) {
      x1 = Math.min(x1, x(i));
      x2 = Math.max(x2, x(i));
      y1 = Math.min(y1, y(i));
      y2 = Math.max(y2, y(i));
    }
    return Optional.of(new Box(x1, y1, x2, y2));
  }

  /** The area that the points enclose, by the shoelace formula, in square pixels; at least 0. */
  public double area() {
    double twice = 0;
    for (int i = 0; i < size(); i++) {
      int next = (i + 1) % size();
      twice += x(i) * y(next) - x(next) * y(i);
    }
    return Math.abs(twice) / 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coordinates points && Arrays.equals(values, points.values);
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
