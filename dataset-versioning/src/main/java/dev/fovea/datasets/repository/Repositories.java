package dev.fovea.datasets.repository;

import dev.fovea.dvc.history.HermeticGit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.eclipse.jgit.api.errors.InvalidRefNameException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.springframework.stereotype.Component;

/** One bare repository a project, all in one folder. */
@Component
public class Repositories {
  /** Where {@code head} looks. */
  public static final String MAIN = "main";

  static {
    HermeticGit.install();
  }

  private final Path folder;

  Repositories(RepositoryProperties properties) {
    this.folder = properties.repositories().toAbsolutePath().normalize();
  }

  /** Makes an empty repository; one that exists is left as it is. */
  public void create(Name project) {
    try {
      Files.createDirectories(folder);
      if (Files.exists(path(project))) {
        return;
      }
      // Made aside and moved in one step, so that a kill leaves a whole repository or none.
      var fresh = folder.resolve(".new-" + UUID.randomUUID());
      try (var repository =
          new FileRepositoryBuilder()
              .setGitDir(fresh.toFile())
              .setBare()
              .setInitialBranch(MAIN)
              .build()) {
        repository.create(true);
        var config = repository.getConfig();
        config.setBoolean("core", null, "logAllRefUpdates", true);
        config.setBoolean("core", null, "fsyncObjectFiles", true);
        config.setBoolean("core", null, "fsyncRefFiles", true);
        config.save();
      }
      Files.move(fresh, path(project), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      // Somebody else was faster, which is as good.
    } catch (InvalidRefNameException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the repository of " + project, e);
    }
  }

  /**
   * Opens a project's repository, to be closed by the caller.
   *
   * @throws NoSuchThing when the project has none
   */
  public Repository open(Name project) {
    if (!Files.isDirectory(path(project))) {
      throw new NoSuchThing(
          "project", project.text(), "run 'fovea projects' to see those that you may use");
    }
    try {
      return new FileRepositoryBuilder()
          .setGitDir(path(project).toFile())
          .setBare()
          .setMustExist(true)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the repository of " + project, e);
    }
  }

  private Path path(Name project) {
    return folder.resolve(project.text() + ".git");
  }
}
