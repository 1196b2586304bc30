package dev.fovea.cli.imports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipInputStream;

/** What stock clients wrote: {@code src/test/python/fixtures.sh} made it. */
public final class Tracked {
  private Tracked() {}

  /** Lays it out: {@code mlruns}, {@code sql/mlflow.db}, {@code runs/wandb}. */
  public static Path in(Path folder) throws IOException {
    return unpacked("tracked.zip", folder);
  }

  /**
   * Lays out what MLflow kept with PostgreSQL, which {@code src/test/python/postgresql_fixture.sh}
   * made: {@code postgresql/mlflow.sql}, {@code postgresql/mlruns}.
   */
  public static Path ofPostgresqlIn(Path folder) throws IOException {
    return unpacked("postgresql.zip", folder);
  }

  private static Path unpacked(String name, Path folder) throws IOException {
    try (var zip =
        new ZipInputStream(
            Objects.requireNonNull(Tracked.class.getResourceAsStream("/imports/" + name)))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var path = folder.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(zip, path);
        }
      }
    }
    return folder;
  }
}
