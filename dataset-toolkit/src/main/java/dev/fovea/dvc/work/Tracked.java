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
  /** DVC's name for its content: 32 hex digits, and {@code .dir} behind those of a folder. */
  public String name() {
    return file.directory();
  }
}
