package dev.fovea.labels;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where an object is, in pixels of the decoded image: (0, 0) is the upper left corner of the upper
 * left pixel, x goes right, y goes down, and a box over that one pixel is [0, 1) by [0, 1). Nothing
 * here refuses what a file may hold: an inverted box, one outside the image, NaN.
 */
public sealed interface Shape
    permits Shape.WholeImage,
        Shape.KeypointsOnly,
        Shape.Box,
        Shape.Polygons,
        Shape.Polyline,
        Shape.Points,
        Mask {
  /** The smallest upright box around it; absent where it has no place. */
  Optional<Box> bounds();

  /** In square pixels; absent where it encloses nothing. */
  OptionalDouble area();

  /** The whole image: a class, without a place. */
  record WholeImage() implements Shape {
    @Override
    public Optional<Box> bounds() {
      return Optional.empty();
    }

    @Override
    public OptionalDouble area() {
      return OptionalDouble.empty();
    }
  }

  /** Nothing but the object's keypoints. */
  record KeypointsOnly() implements Shape {
    @Override
    public Optional<Box> bounds() {
      return Optional.empty();
    }

    @Override
    public OptionalDouble area() {
      return OptionalDouble.empty();
    }
  }

  /**
   * A rectangle, turned about its centre.
   *
   * @param x1 left edge before turning
   * @param y1 upper edge before turning
   * @param x2 right edge, exclusive
   * @param y2 lower edge, exclusive
   * @param rotation in degrees, clockwise as one sees the image, as CVAT counts it
   */
  record Box(double x1, double y1, double x2, double y2, double rotation) implements Shape {
    public Box {
      x1 += 0.0; // -0.0 becomes 0.0, so that equal places are equal records
      y1 += 0.0;
      x2 += 0.0;
      y2 += 0.0;
      rotation += 0.0;
    }

    /** An upright box. */
    public Box(double x1, double y1, double x2, double y2) {
      this(x1, y1, x2, y2, 0);
    }

    /**
     * By its place and size. {@link #width} and {@link #height} give these back exactly while all
     * numbers have at most 15 digits, and else within one unit in the last place of an edge.
     */
    public static Box ofSize(double x, double y, double width, double height) {
      return new Box(x, y, Decimals.plus(x, width), Decimals.plus(y, height));
    }

    /** x2 - x1 in decimal arithmetic; negative for an inverted box. */
    public double width() {
      return Decimals.length(x1, x2);
    }

    /** y2 - y1 in decimal arithmetic; negative for an inverted box. */
    public double height() {
      return Decimals.length(y1, y2);
    }

    /** The four corners after turning, clockwise, from the one that was at the upper left. */
    public Coordinates corners() {
      if (rotation == 0) {
        return Coordinates.of(x1, y1, x2, y1, x2, y2, x1, y2);
      }
      double cx = (x1 + x2) / 2;
      double cy = (y1 + y2) / 2;
      double angle = Math.toRadians(rotation);
      double ax = Math.cos(angle) * (x2 - x1) / 2;
      double ay = Math.sin(angle) * (x2 - x1) / 2;
      double bx = -Math.sin(angle) * (y2 - y1) / 2;
      double by = Math.cos(angle) * (y2 - y1) / 2;
      return Coordinates.of(
          cx - ax - bx,
          cy - ay - by,
          cx + ax - bx,
          cy + ay - by,
          cx + ax + bx,
          cy + ay + by,
          cx - ax + bx,
          cy - ay + by);
    }

    @Override
    public Optional<Box> bounds() {
      return rotation == 0 ? Optional.of(this) : corners().bounds();
    }

    @Override
    public OptionalDouble area() {
      return OptionalDouble.of(Decimals.times(width(), height()));
    }
  }

  /** One or more closed outlines of one object; none cuts a hole into another. */
  record Polygons(List<Coordinates> parts) implements Shape {
    public Polygons {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("polygons: none (expected: at least 1)");
      }
    }

    public Polygons(Coordinates only) {
      this(List.of(only));
    }

    @Override
    public Optional<Box> bounds() {
      return union(parts);
    }

    /** The sum of the parts' areas; where they overlap, counted twice. */
    @Override
    public OptionalDouble area() {
      return OptionalDouble.of(parts.stream().mapToDouble(Coordinates::area).sum());
    }

    private static Optional<Box> union(List<Coordinates> parts) {
      return parts.stream()
          .flatMap(part -> part.bounds().stream())
          .reduce((a, b) ->
              new Box(
                  Math.min(a.x1(), b.x1()),
                  Math.min(a.y1(), b.y1()),
                  Math.max(a.x2(), b.x2()),
                  Math.max(a.y2(), b.y2())));
    }
  }

  /** An open line. */
  record Polyline(Coordinates line) implements Shape {
    @Override
    public Optional<Box> bounds() {
      return line.bounds();
    }

    @Override
    public OptionalDouble area() {
      return OptionalDouble.empty();
    }
  }

  /** Single points without names. */
  record Points(Coordinates points) implements Shape {
    @Override
    public Optional<Box> bounds() {
      return points.bounds();
    }

    @Override
    public OptionalDouble area() {
      return OptionalDouble.empty();
    }
  }
}
