package dev.fovea.query.engine;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.WholeImage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The tables that a query sees, and the rows that labels make in them. Not thread-safe. */
final class Tables implements AutoCloseable {
  private static final String[] LAYOUT = {
    """
    CREATE TABLE images (path VARCHAR NOT NULL, split VARCHAR, slice VARCHAR, label VARCHAR,
      width INTEGER, height INTEGER, bytes BIGINT, md5 VARCHAR)
    """,
    """
    CREATE TABLE objects (path VARCHAR NOT NULL, split VARCHAR, object INTEGER NOT NULL, label VARCHAR NOT NULL,
      kind VARCHAR NOT NULL, x1 DOUBLE, y1 DOUBLE, x2 DOUBLE, y2 DOUBLE, width DOUBLE, height DOUBLE, area DOUBLE,
      occluded BOOLEAN NOT NULL, truncated BOOLEAN NOT NULL, crowd BOOLEAN NOT NULL, attributes VARCHAR)
    """,
    """
    CREATE VIEW labels AS SELECT i.path, i.split, i.slice, i.label, i.width AS image_width, i.height AS image_height,
      i.bytes, i.md5, o.object, o.label AS class, o.kind, o.x1, o.y1, o.x2, o.y2, o.width, o.height, o.area,
      o.occluded, o.truncated, o.crowd, o.attributes
      FROM images i JOIN objects o ON i.path = o.path AND i.split IS NOT DISTINCT FROM o.split
    """
  };

  private final DuckDBAppender images;
  private final DuckDBAppender objects;
  private long imageRows;
  private long objectRows;

  /** Makes them in an empty database. */
  Tables(Connection database) throws SQLException {
    try (var statement = database.createStatement()) {
      for (var each : LAYOUT) {
        statement.execute(each);
      }
    }
    var duck = database.unwrap(DuckDBConnection.class);
    images = duck.createAppender("images");
    objects = duck.createAppender("objects");
  }

  long images() {
    return imageRows;
  }

  long objects() {
    return objectRows;
  }

  /**
   * Adds an image and its objects.
   *
   * @param bytes of its file; absent where there is none
   * @param md5 of its file; null where there is none
   */
  void add(LabelledImage image, Optional<Long> bytes, @Nullable String md5) throws SQLException {
    var label =
        image.annotations().stream()
            .filter(each -> each.shape() instanceof WholeImage)
            .findFirst()
            .map(Annotation::label);
    images.beginRow();
    images.append(image.path());
    images.append(orNull(image.split()));
    images.append(image.slice().orElse(null));
    images.append(label.orElse(null));
    images.append(image.size().map(size -> size.width()).orElse(null));
    images.append(image.size().map(size -> size.height()).orElse(null));
    images.append(bytes.orElse(null));
    images.append(md5);
    images.endRow();
    imageRows++;
    int number = 0;
    for (var annotation : image.annotations()) {
      add(image, number++, annotation);
    }
  }

  private void add(LabelledImage image, int number, Annotation annotation) throws SQLException {
    var bounds = annotation.bounds().flatMap(Shape::bounds);
    var area = annotation.area().isPresent() ? annotation.area() : annotation.shape().area();
    objects.beginRow();
    objects.append(image.path());
    objects.append(orNull(image.split()));
    objects.append(number);
    objects.append(annotation.label());
    objects.append(kind(annotation.shape()));
    objects.append(bounds.map(Shape.Box::x1).orElse(null));
    objects.append(bounds.map(Shape.Box::y1).orElse(null));
    objects.append(bounds.map(Shape.Box::x2).orElse(null));
    objects.append(bounds.map(Shape.Box::y2).orElse(null));
    objects.append(bounds.map(Shape.Box::width).orElse(null));
    objects.append(bounds.map(Shape.Box::height).orElse(null));
    objects.append(area.isPresent() ? (Double) area.getAsDouble() : null);
    objects.append(annotation.traits().occluded());
    objects.append(annotation.traits().truncated());
    objects.append(annotation.traits().crowd());
    objects.append(
        annotation.attributes().isEmpty()
            ? null
            : JsonMapper.shared().writeValueAsString(annotation.attributes()));
    objects.endRow();
    objectRows++;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String kind(Shape shape) {
    return switch (shape) {
      case WholeImage _ -> "image";
      case Shape.KeypointsOnly _ -> "keypoints";
      case Shape.Box box -> box.rotation() == 0 ? "box" : "rotated box";
      case Shape.Polygons _ -> "polygon";
      case Shape.Polyline _ -> "polyline";
      case Shape.Points _ -> "points";
      case dev.fovea.labels.Mask _ -> "mask";
    };
  }

  @Override
  public void close() throws SQLException {
    images.close();
    objects.close();
  }
}
