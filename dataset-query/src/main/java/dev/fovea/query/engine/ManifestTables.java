package dev.fovea.query.engine;

import dev.fovea.query.engine.ManifestImage.Thing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a version's manifest: those of labels without the columns that a manifest says
 * nothing of, so that whoever asks for one is told. Not thread-safe.
 */
final class ManifestTables implements AutoCloseable {
  private static final String[] LAYOUT = {
    """
    CREATE TABLE images (path VARCHAR NOT NULL, split VARCHAR, slice VARCHAR, label VARCHAR, bytes BIGINT, md5 VARCHAR)
    """,
    """
    CREATE TABLE objects (path VARCHAR NOT NULL, split VARCHAR, object INTEGER NOT NULL, label VARCHAR NOT NULL,
      kind VARCHAR NOT NULL, x1 DOUBLE, y1 DOUBLE, x2 DOUBLE, y2 DOUBLE, width DOUBLE, height DOUBLE, area DOUBLE)
    """,
    """
    CREATE VIEW labels AS SELECT i.path, i.split, i.slice, i.label, i.bytes, i.md5, o.object, o.label AS class, o.kind,
      o.x1, o.y1, o.x2, o.y2, o.width, o.height, o.area FROM images i JOIN objects o ON i.path = o.path
    """
  };

  private final DuckDBAppender images;
  private final DuckDBAppender objects;

  /** Makes them in an empty database. */
  ManifestTables(Connection database) throws SQLException {
    try (var statement = database.createStatement()) {
      for (var each : LAYOUT) {
        statement.execute(each);
      }
    }
    var duck = database.unwrap(DuckDBConnection.class);
    images = duck.createAppender("images");
    objects = duck.createAppender("objects");
  }

  /** Adds an image and its objects; a class of the whole image is an object too, the first. */
  void add(ManifestImage image) throws SQLException {
    images.beginRow();
    images.append(image.path());
    images.append(orNull(image.split()));
    images.append(image.slice());
    images.append(orNull(image.label()));
    images.append(image.bytes());
    images.append(image.md5());
    images.endRow();
    int number = 0;
    if (!image.label().isEmpty()) {
      begin(image, number++, image.label(), "image");
      for (int column = 0; column < 7; column++) {
        objects.append((Double) null);
      }
      objects.endRow();
    }
    for (var each : image.objects() == null ? List.<Thing>of() : image.objects()) {
      begin(image, number++, each.label(), each.kind().word());
      objects.append(each.x1());
      objects.append(each.y1());
      objects.append(each.x2());
      objects.append(each.y2());
      objects.append(each.x2() - each.x1());
      objects.append(each.y2() - each.y1());
      objects.append(each.area() == 0 && !each.kind().hasArea() ? null : (Double) each.area());
      objects.endRow();
    }
  }

  private void begin(ManifestImage image, int number, String label, String kind)
      throws SQLException {
    objects.beginRow();
    objects.append(image.path());
    objects.append(orNull(image.split()));
    objects.append(number);
    objects.append(label);
    objects.append(kind);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  @Override
  public void close() throws SQLException {
    images.close();
    objects.close();
  }
}
