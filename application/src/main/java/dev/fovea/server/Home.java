package dev.fovea.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder that holds everything the embedded defaults keep: database, objects, Git repositories,
 * images, the owner's token. Only its owner may read it.
 */
public record Home(Path folder) {
  /** Makes it where it is missing, readable by its owner alone. */
  public static Home open(Path folder) {
    try {
      Files.createDirectories(folder);
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      return new Home(folder.toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the home folder %s cannot be used: choose another with --home".formatted(folder), e);
    }
  }

  /** Where the address of the server that runs on this home is kept. */
  public Path addressFile() {
    return folder.resolve("address");
  }

  /** Where the owner's token is kept. */
  public Path tokenFile() {
    return folder.resolve("token");
  }

  /** A one-line file's line; empty where there is none. */
  public static Optional<String> line(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().findFirst().map(String::strip)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Writes a one-line file that only its owner may read, whole or not at all. */
  public static void write(Path file, String line) throws IOException {
    var temporary = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp");
    Files.writeString(temporary, line + "\n");
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
