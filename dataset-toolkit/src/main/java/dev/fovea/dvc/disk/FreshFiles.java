package dev.fovea.dvc.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Files that are being written beside their place. Where that fails, nothing of them stays; where
 * it is killed, they stay for a day.
 */
public final class FreshFiles {
  /** Longer than any file is being written, by whoever shares the folder. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private FreshFiles() {}

  /** Writes to one of them. */
  public interface Writing<T> {
    T done() throws IOException;
  }

  /**
   * Writes to one, and removes it where that fails.
   *
   * @throws WorkProblem when the disk does not take it
   */
  public static <T> T writing(Path fresh, Writing<T> writing) throws IOException {
    try {
      return writing.done();
    } catch (NoSuchFileException e) {
      remove(fresh, e);
      throw e;
    } catch (IOException e) {
      remove(fresh, e);
      throw notTaken(fresh, e);
    } catch (RuntimeException e) {
      remove(fresh, e);
      throw e;
    }
  }

  private static void remove(Path fresh, Exception why) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static WorkProblem notTaken(Path fresh, IOException why) {
    var folder = AtomicFiles.parent(fresh);
    var reason =
        why instanceof FileSystemException told
            ? Optional.ofNullable(told.getReason()).orElseGet(() -> why.getClass().getSimpleName())
            : String.valueOf(why.getMessage());
    var problem =
        WorkProblem.unavailable(
            "the disk does not take a file in %s: %s%s".formatted(folder, reason, room(folder)),
            "make room there, or see who may write there; then repeat: what is whole stays");
    problem.initCause(why);
    return problem;
  }

  private static String room(Path folder) {
    try {
      return " (%d bytes are free)".formatted(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException _) {
      return "";
    }
  }

  /**
   * Removes what was left in a folder by those who were killed.
   *
   * @param names a glob of what may be removed
   */
  public static void sweep(Path folder, String names, Clock clock) throws IOException {
    sweep(folder, names, clock.instant().minus(ABANDONED));
  }

  /**
   * Removes what was written last before a moment.
   *
   * @param names a glob of what may be removed
   */
  public static void sweep(Path folder, String names, Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
      for (var file : files) {
        if (Files.isRegularFile(file)
            && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException _) {
      // Somebody else did so at the same moment.
    }
  }
}
