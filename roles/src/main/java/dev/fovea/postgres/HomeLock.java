package dev.fovea.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes the home this process's alone, readable by nobody else. The operating system ends the lock
 * with the process, however that dies, so a lock file that is left behind locks nobody out.
 */
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  static HomeLock on(Path home) throws IOException {
    var file = home.resolve("lock");
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!Files.getOwner(home).equals(Files.getOwner(file))) {
        throw new PostgresProblem.HomeNotOurs(home, "belongs to " + Files.getOwner(home).getName());
      }
      if (channel.tryLock() == null) {
        throw new PostgresProblem.HomeInUse(home, holder(file));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
          0);
      return new HomeLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new PostgresProblem.HomeInUse(home, "this very process");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Creates the folder where there is none, and closes it to everybody else. */
  static Path prepared(Path home) throws IOException {
    if (Files.exists(home) && !Files.isDirectory(home)) {
      throw new PostgresProblem.HomeNotOurs(home, "is a file");
    }
    Files.createDirectories(home);
    var real = home.toRealPath();
    closeToOthers(real);
    return real;
  }

  /** A folder below the home; a link in its place is refused. */
  static Path folder(Path home, String name) throws IOException {
    var folder = home.resolve(name);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new PostgresProblem.HomeNotOurs(folder, "is a link or a file");
    }
    Files.createDirectories(folder);
    closeToOthers(folder);
    return folder;
  }

  private static void closeToOthers(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      try {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      } catch (FileSystemException e) {
        throw new PostgresProblem.HomeNotOurs(
            folder, "belongs to " + Files.getOwner(folder).getName());
      }
    }
  }

  private static String holder(Path file) {
    try {
      var written = Files.readString(file);
      return written.isBlank() ? "another process" : written;
    } catch (IOException e) {
      return "another process";
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
