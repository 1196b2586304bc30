package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.disk.WorkProblem;
import java.nio.file.Path;

/** The files that say what is tracked: {@code .dvc} files. */
public final class Descriptions {
  public static final String ENDING = ".dvc";
  private static final long MOST_BYTES = 64 * 1024;

  private final Path root;

  /**
   * @param root of the working copy
   */
  public Descriptions(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  /** Whether a path is that of such a file. */
  public static boolean is(String path) {
    return path.endsWith(ENDING) && !path.endsWith("/" + ENDING) && !path.equals(ENDING);
  }

  /** The {@code .dvc} file of something that is tracked. */
  public static Path of(Path tracked) {
    return tracked.resolveSibling(tracked.getFileName() + ENDING);
  }

  /** What a {@code .dvc} file of that name tracks, unless it says otherwise. */
  public static String data(String description) {
    return description.substring(0, description.length() - ENDING.length());
  }

  /** What a path means: itself, or what it tracks where it is that of a {@code .dvc} file. */
  public static Path data(Path path) {
    return is(path.toString())
        ? path.resolveSibling(data(String.valueOf(path.getFileName())))
        : path;
  }

  public static void requireShort(String path, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new WorkProblem(
          "%s has %d bytes (expected: at most %d)".formatted(path, bytes, MOST_BYTES),
          "it is no .dvc file: rename it");
    }
  }

  /**
   * What one of them tracks.
   *
   * @param path from the root, with {@code /}
   * @throws WorkProblem when it can't be read
   */
  public Tracked parse(String path, String text) {
    try {
      var file = DvcFile.parseAny(text);
      var folder = path.substring(0, path.lastIndexOf('/') + 1);
      return new Tracked(root.resolve(path), folder + file.path(), file);
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s, line %d: %s".formatted(path, e.line(), e.text()),
          "mend it, or track the folder again: fovea dataset add");
    }
  }
}
