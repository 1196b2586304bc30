package dev.fovea.query;

import dev.fovea.kernel.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder for one query, with what its process reads, unpacks and leaves. It goes, and the process
 * before it, when the query is done and when the command is interrupted.
 */
final class Workplace implements AutoCloseable {
  private final Path folder;
  private final Thread interrupted = new Thread(this::clear);
  private volatile Optional<Process> process = Optional.empty();

  /**
   * Makes one.
   *
   * @param in a folder that is there
   */
  Workplace(Path in) throws IOException {
    folder = Files.createTempDirectory(in, "run");
    Runtime.getRuntime().addShutdownHook(interrupted);
  }

  Path folder() {
    return folder;
  }

  /** From now on it is this process's. */
  void belongsTo(Process other) {
    process = Optional.of(other);
  }

  private void clear() {
    process.ifPresent(each -> each.destroyForcibly().onExit().join());
    try {
      Folders.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException _) {
      return; // it runs
    }
    clear();
  }
}
