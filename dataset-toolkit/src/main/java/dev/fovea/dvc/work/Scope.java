package dev.fovea.dvc.work;

import java.util.List;

/**
 * The part of a repository that is asked about.
 *
 * @param paths from the repository's root, with {@code /}: folders or files; none for everything,
 *     as the empty path is
 */
public record Scope(List<String> paths) {
  /** Whether a file lies in it. */
  public boolean holds(String path) {
    return paths.isEmpty() || paths.stream().anyMatch(each -> within(path, each));
  }

  /** Whether something that is tracked lies in it, or a part of that does. */
  public boolean touches(String tracked) {
    return holds(tracked) || paths.stream().anyMatch(each -> within(each, tracked));
  }

  private static boolean within(String path, String folder) {
    return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
  }
}
