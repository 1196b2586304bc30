package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.disk.WorkProblem;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Something that a {@code .dvc} file tracks, or that a stage of a {@code dvc.yaml} made.
 *
 * @param description the {@code .dvc} file; of what a stage made, the {@code dvc.lock}
 * @param path from the repository's root, with {@code /}
 * @param file what the {@code .dvc} file says
 * @param stage that made it; absent for what was added
 */
public record Tracked(Path description, String path, DvcFile file, Optional<String> stage) {
  public Tracked(Path description, String path, DvcFile file) {
    this(description, path, file, Optional.empty());
  }

  /** Whether the {@code .dvc} file names its content; only imports may lack that. */
  public boolean isKnown() {
    return !file.directory().isEmpty();
  }

  /** Whether it comes from another repository, and is not shared by one's own remote. */
  public boolean isImport() {
    return file.origin().isPresent();
  }

  /**
   * Whether its small files are pushed in packs where nobody says otherwise.
   *
   * @throws WorkProblem when its {@code .dvc} file says what can't be understood
   */
  public boolean wantsPacks() {
    try {
      return file.wantsPacks();
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s: %s".formatted(description, e.text()), "correct it, or give --packs or --no-packs");
    }
  }

  /** Whether it is sent to remotes at all. */
  public boolean isPushed() {
    return file.sharing().pushed();
  }

  /** The only remote that it is shared by; absent for the default one. */
  public Optional<String> remote() {
    return file.sharing().remote();
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
