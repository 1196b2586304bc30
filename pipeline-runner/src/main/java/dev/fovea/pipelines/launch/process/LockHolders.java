package dev.fovea.pipelines.launch.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes that hold a lock: whoever took it, and everybody who inherited the open file. Linux
 * says so in {@code /proc/PID/fdinfo} (proc_pid_fdinfo(5)); who has the file open and does not hold
 * the lock, such as a backup, is none of them.
 */
final class LockHolders {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String HELD = "FLOCK";

  private LockHolders() {}

  /** Those of this moment that this process may look at. */
  static List<ProcessHandle> of(Path lock) throws IOException {
    var file = lock.toRealPath();
    var holders = new ArrayList<ProcessHandle>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (var process : processes) {
        if (holds(process, file)) {
          handle(process).ifPresent(holders::add);
        }
      }
    }
    return holders;
  }

  private static Optional<ProcessHandle> handle(Path process) {
    return ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())));
  }

  private static boolean holds(Path process, Path file) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var each : open) {
        if (Files.readSymbolicLink(each).equals(file) && heldBy(process, each)) {
          return true;
        }
      }
      return false;
    } catch (IOException _) {
      return false; // it has ended, or is somebody else's
    }
  }

  private static boolean heldBy(Path process, Path descriptor) throws IOException {
    var about = process.resolve("fdinfo").resolve(descriptor.getFileName());
    return Files.readString(about).contains(HELD);
  }
}
