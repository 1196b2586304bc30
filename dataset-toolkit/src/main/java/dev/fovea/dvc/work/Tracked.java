package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcFile;
import java.nio.file.Path;

/**
 * Something that a {@code .dvc} file tracks.
 *
 * @param description the {@code .dvc} file
 * @param path from the repository's root, with {@code /}
 * @param file what the {@code .dvc} file says
 */
public record Tracked(Path description, String path, DvcFile file) {
  /** Whether the {@code .dvc} file names its content; only imports may lack that. */
  boolean isKnown() {
    return !file.directory().isEmpty();
  }

  /** Whether it comes from another repository, and is not shared by one's own remote. */
  public boolean isImport() {
    return file.origin().isPresent();
  }

  /**
   * DVC's name for its content: 32 hex digits, and {@code .dir} behind those of a folder.
   *
   * @throws WorkProblem when it is not known
   */
  public String name() {
    if (!isKnown()) {
      throw new WorkProblem(
          "%s was imported without its data".formatted(path), "get it: fovea dataset pull " + path);
    }
    return file.directory();
  }
}
