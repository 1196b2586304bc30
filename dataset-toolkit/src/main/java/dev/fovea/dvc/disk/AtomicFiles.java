package dev.fovea.dvc.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there whole or not at all. */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes a small file beside its place and moves it there. */
  public static void write(Path file, byte[] bytes) throws IOException {
    var folder = parent(file);
    var fresh = Files.createTempFile(folder, ".fovea", ".new");
    FreshFiles.writing(
        fresh,
        () -> {
          try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
              channel.write(left);
            }
            channel.force(true);
          }
          if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(
                fresh, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
          }
          return fresh;
        });
    replace(fresh, file);
  }

  /** The folder that a path lies in. */
  public static Path parent(Path path) {
    var parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("%s lies in no folder".formatted(path));
    }
    return parent;
  }

  /** Puts a finished file in the place of another. */
  public static void replace(Path fresh, Path file) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }
}
