package dev.fovea.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where the server's data lies: whole, or not there. */
record DataFolder(Path path) {
  static final String SUPERUSER = "postgres";
  private static final String MAJOR = "18";
  private static final long FIRST_START_MIB = 300;
  private static final long LATER_START_MIB = 50;
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(3);
  private static final SecureRandom RANDOM = new SecureRandom();

  void requireSpace(Path home) throws IOException {
    var free = Files.getFileStore(home).getUsableSpace() >> 20;
    var needed = Files.exists(path) ? LATER_START_MIB : FIRST_START_MIB;
    if (free < needed) {
      throw new PostgresProblem.DiskFull(home, free, needed);
    }
  }

  void requireVersion() throws IOException {
    var found = Files.readString(path.resolve("PG_VERSION")).strip();
    if (!found.equals(MAJOR)) {
      throw new PostgresProblem.OtherVersion(path, found, MAJOR);
    }
  }

  /**
   * Makes the folder where there is none. It gets its name when it is whole; what a killed first
   * start left, {@link Binaries#deleteUnfinished} throws away.
   */
  void initialise(Programs programs, Secret superPassword, boolean durable) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    // Of its own name: an initdb outlives a parent that was killed, and would go on in this one.
    var unfinished =
        path.resolveSibling(
            Binaries.UNFINISHED + "data-" + Long.toUnsignedString(RANDOM.nextLong(), 36));
    var arguments =
        new ArrayList<>(
            List.of(
                "--pgdata=" + unfinished,
                "--username=" + SUPERUSER,
                "--auth=scram-sha-256",
                "--pwfile=" + superPassword.file(),
                "--locale=C",
                "--encoding=UTF8"));
    if (!durable) {
      arguments.add("--no-sync");
    }
    var ended = programs.run(INITDB_LIMIT, "initdb", arguments.toArray(String[]::new));
    if (ended.status() != 0) {
      throw new PostgresProblem.StartFailed(
          "initdb ended with %d".formatted(ended.status()),
          ended.words(),
          "act on these words and start again; the half-made folder is thrown away then");
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    if (!Binaries.isWindows()) {
      try (var parent = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
        parent.force(true);
      }
    }
  }
}
