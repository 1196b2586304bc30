package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder that an agent keeps: its key, who it is, and models. Its owner's alone, and one
 * process's at a time.
 */
public final class AgentHome implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final Path folder;
  private final FileChannel lockFile;

  /**
   * Who the agent is.
   *
   * @param server the lab that it belongs to
   */
  public record Identity(URI server, Name device) {}

  private AgentHome(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Opens it, making it where it is missing.
   *
   * @throws InvalidRequest when another agent uses it
   */
  public static AgentHome open(Path folder) {
    try {
      Files.createDirectories(folder);
      if (isPosix(folder)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      var channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (locked(channel) == null) {
        channel.close();
        throw new InvalidRequest(
            "another agent runs on " + folder, "stop it, or give this one a folder with --home");
      }
      return new AgentHome(folder.toRealPath(), channel);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the agent's folder %s cannot be used: choose another with --home".formatted(folder), e);
    }
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Where models lie. */
  public Path models() {
    return folder.resolve("models");
  }

  /** Where the key lies. */
  Path key() {
    return folder.resolve("key.pem");
  }

  /** Who the agent is; empty until it has joined. */
  public Optional<Identity> identity() {
    try {
      var file = folder.resolve("agent.json");
      return Files.exists(file)
          ? Optional.of(JSON.readValue(Files.readString(file), Identity.class))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JacksonException e) {
      throw new InvalidRequest(
          "%s is damaged".formatted(folder.resolve("agent.json")),
          "delete it and join again with a new code of 'fovea device invite NAME'");
    }
  }

  void keep(Identity identity) {
    write(folder.resolve("agent.json"), JSON.writeValueAsString(identity));
  }

  /** Writes a file that only its owner may read: whole and on the disk, or not at all. */
  static void write(Path file, String text) {
    try {
      var temporary =
          Files.createTempFile(
              file.toAbsolutePath().getParent(),
              file.getFileName().toString(),
              ".tmp",
              ownersAlone(file));
      try (var out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        out.write(java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        out.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file), e);
    }
  }

  private static FileAttribute<?>[] ownersAlone(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Gives the folder free. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
