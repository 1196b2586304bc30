package dev.fovea.query;

import dev.fovea.kernel.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The folder of the tables that queries made, each under the name of the content that it is of. */
record KeptTables(Path folder) {
  /** Changes when the tables do. */
  private static final String LAYOUT = "1";

  private static final String ENDING = ".duckdb";
  private static final int KEPT = 4;

  /** The file of some tables, there or not. */
  Path file(String name) {
    return folder.resolve("%s-%s%s".formatted(name, LAYOUT, ENDING).toLowerCase(Locale.ROOT));
  }

  /** A folder for one query. */
  Workplace workplace() throws IOException {
    Files.createDirectories(folder);
    return new Workplace(folder);
  }

  /** Tables of the latest few contents stay, and nothing that a killed command left. */
  void removeOld() throws IOException {
    if (!Files.isDirectory(folder)) {
      return; // it could not be made
    }
    List<Path> all;
    try (var files = Files.list(folder)) {
      all = files.sorted(Comparator.comparing(KeptTables::written).reversed()).toList();
    }
    var tables = all.stream().filter(each -> each.toString().endsWith(ENDING)).toList();
    for (var each : tables.subList(Math.min(KEPT, tables.size()), tables.size())) {
      Files.deleteIfExists(each);
    }
    var yesterday = Clock.systemUTC().instant().minus(Duration.ofDays(1));
    for (var each : all) {
      if (Files.isDirectory(each) && written(each).isBefore(yesterday)) {
        Folders.remove(each);
      }
    }
  }

  private static Instant written(Path file) {
    return Instant.ofEpochMilli(file.toFile().lastModified());
  }
}
