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
    try (var zip =
        new ZipInputStream(
            Objects.requireNonNull(Tracked.class.getResourceAsStream("/imports/tracked.zip")))) {
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
