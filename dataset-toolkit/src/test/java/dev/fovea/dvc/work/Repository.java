package dev.fovea.dvc.work;

import dev.fovea.dvc.history.HermeticGit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/** A working copy that Git keeps the versions of. */
public final class Repository {
  static {
    HermeticGit.install();
  }

  private static final PersonIdent ADA = new PersonIdent("Ada", "ada@example.org");

  public final Desk desk;
  public final Git git;

  public Repository(Path folder) throws IOException, GitAPIException {
    this(folder, "");
  }

  /**
   * @param below where the working copy lies in the Git repository
   */
  public Repository(Path folder, String below) throws IOException, GitAPIException {
    var top = Files.createDirectories(folder.resolve("work"));
    git = Git.init().setDirectory(top.toFile()).setInitialBranch("main").call();
    desk = new Desk(top.resolve(below), folder.resolve("remote"));
  }

  /** Adds these, and commits all {@code .dvc} files. */
  public String commit(String message, String... tracked) throws IOException, GitAPIException {
    for (var each : tracked) {
      desk.add(each);
    }
    git.add().addFilepattern(".").call();
    git.add().addFilepattern(".").setUpdate(true).call();
    return git.commit()
        .setMessage(message)
        .setAuthor(ADA)
        .setCommitter(ADA)
        .setSign(false)
        .call()
        .name();
  }
}
