package dev.fovea.labels.yolo;

import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;

/** Four corners as what they are: an upright box, a turned one, or another quadrilateral. */
final class OrientedBox {
  private OrientedBox() {}

  /**
   * @param corners four, in turn
   * @param tolerance in pixels, within which corners are those of a rectangle
   */
  static Shape of(Coordinates corners, double tolerance) {
    double ux = corners.x(1) - corners.x(0);
    double uy = corners.y(1) - corners.y(0);
    double vx = corners.x(3) - corners.x(0);
    double vy = corners.y(3) - corners.y(0);
    double width = Math.hypot(ux, uy);
    double height = Math.hypot(vx, vy);
    boolean closes =
        Math.abs(corners.x(0) + ux + vx - corners.x(2)) <= tolerance
            && Math.abs(corners.y(0) + uy + vy - corners.y(2)) <= tolerance;
    boolean square = Math.abs(ux * vx + uy * vy) <= tolerance * Math.max(width, height);
    boolean clockwise = ux * vy - uy * vx > 0;
    if (!closes || !square || !clockwise) {
      return new Polygons(corners);
    }
    if (Math.abs(uy) <= tolerance && Math.abs(vx) <= tolerance && ux > 0) {
      return new Box(corners.x(0), corners.y(0), corners.x(2), corners.y(2));
    }
    double cx = (corners.x(0) + corners.x(2)) / 2;
    double cy = (corners.y(0) + corners.y(2)) / 2;
    double degrees = Math.toDegrees(Math.atan2(uy, ux));
    return new Box(
        cx - width / 2,
        cy - height / 2,
        cx + width / 2,
        cy + height / 2,
        degrees < 0 ? degrees + 360 : degrees);
  }
}
