package dev.fovea.cli.terminal;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that a command makes: whole or not at all, and never in the place of one that is there,
 * unless that was asked for.
 *
 * @param instead what else to do where a file is there
 * @param force whether a file that is there gives way
 */
public record NewFile(Path file, String instead, boolean force) {
  /** One that takes no other's place. */
  public NewFile(Path file) {
    this(file, "name another file", false);
  }

  /** Writes its bytes. */
  public interface Writing {
    void to(Path fresh) throws IOException;
  }

  /**
   * Before anything is asked for that would go there.
   *
   * @throws InvalidRequest where it cannot be made
   */
  public NewFile requirePlace() {
    if (Files.isDirectory(file)) {
      throw new InvalidRequest("%s is a folder".formatted(file), "name a file in it");
    }
    if (!force && Files.exists(file)) {
      throw there();
    }
    folder();
    return this;
  }

  private Path folder() {
    var folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "%s is in no folder that is there".formatted(file), "make the folder first");
    }
    return folder;
  }

  /** Writes it beside its place, then puts it there. */
  public void write(Writing writing) throws IOException {
    var fresh = Files.createTempFile(folder(), ".fovea", ".new");
    try {
      writing.to(fresh);
      place(fresh);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** A link fails where the name is taken, whoever took it in the meantime; a move would not. */
  private void place(Path fresh) throws IOException {
    if (force) {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      throw there();
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No links on this file system: a move that replaces nothing is the next best.
      Files.move(fresh, file);
    }
  }

  private InvalidRequest there() {
    return new InvalidRequest("%s is there already".formatted(file), instead);
  }
}
