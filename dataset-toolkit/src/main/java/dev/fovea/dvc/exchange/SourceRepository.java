package dev.fovea.dvc.exchange;

import dev.fovea.dvc.DvcConfig;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.history.HermeticGit;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remotes;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;

/**
 * One version of another Git repository that data comes from: what its {@code .dvc} files say, and
 * where its objects are shared. One of this machine is read where it lies, one of a server is got
 * into a folder that is thrown away. Nothing of it is checked out or run.
 */
final class SourceRepository implements AutoCloseable {
  private static final int MOST_CONFIG = 1 << 20;

  private final GitAddress address;
  private final Repository repository;
  private final RevCommit commit;
  private final Path scratch;

  private SourceRepository(
      GitAddress address, Repository repository, RevCommit commit, Path scratch) {
    this.address = address;
    this.repository = repository;
    this.commit = commit;
    this.scratch = scratch;
  }

  /**
   * Opens one.
   *
   * @param revision as Git writes it; absent for the newest commit
   * @param scratch an empty folder, for what has to be got
   * @throws WorkProblem when there is none, or it has no such version
   */
  static SourceRepository open(GitAddress address, Optional<String> revision, Path scratch)
      throws IOException {
    HermeticGit.install();
    if (address.folder().isPresent()) {
      var folder = address.folder().get();
      var repository = local(folder);
      try {
        var commit = GitHistory.of(repository, folder, "").commit(revision.orElse(Constants.HEAD));
        return new SourceRepository(address, repository, commit, scratch);
      } catch (IOException | RuntimeException e) {
        repository.close();
        throw e;
      }
    }
    var fetched =
        GitFetch.version(address, revision, Files.createDirectory(scratch.resolve("git")));
    return new SourceRepository(
        address, fetched.repository(), fetched.repository().parseCommit(fetched.commit()), scratch);
  }

  private static Repository local(Path folder) throws IOException {
    var git = FileKey.resolve(folder.toFile(), FS.DETECTED);
    if (git == null) {
      throw new WorkProblem(
          "%s is no Git repository".formatted(folder),
          "name the folder that holds .git, or a bare repository");
    }
    return new FileRepositoryBuilder().setGitDir(git).setMustExist(true).build();
  }

  /** 40 hex digits. */
  String commit() {
    return commit.name();
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(address, GitHistory.digits(commit));
  }

  /**
   * What is tracked at a path.
   *
   * @param tracked the folder or file that a {@code .dvc} file names
   * @param below the part of that folder; empty for all of it
   * @param project the folder in the repository that {@code .dvc} lies in; empty for its root
   */
  record Found(Tracked tracked, String below, String project) {}

  /**
   * Looks.
   *
   * @param path with {@code /}
   * @throws WorkProblem when nothing is tracked there, or not by the repository itself
   */
  Found find(String path) throws IOException {
    var project = project(path);
    var inside = project.isEmpty() ? path : path.substring(project.length() + 1);
    var scope = new Scope(List.of(inside));
    var described = history(project).described(commit).within(scope);
    for (var tracked : described.tracked()) {
      var own = tracked.path();
      if (inside.equals(own) || inside.startsWith(own + "/")) {
        var origin = tracked.file().origin();
        if (origin.isPresent()) {
          throw new WorkProblem(
              "'%s' of %s is itself imported, from %s"
                  .formatted(path, this, GitAddress.shown(origin.get().url())),
              "import it from there");
        }
        var below = inside.equals(own) ? "" : inside.substring(own.length() + 1);
        return new Found(tracked, below, project);
      }
    }
    for (var unreadable : described.unreadable()) {
      throw new WorkProblem(
          "%s: %s".formatted(this, unreadable.why()), "have its owner mend that file");
    }
    throw new WorkProblem(
        "no .dvc file of %s tracks '%s', and no stage made it".formatted(this, Text.excerpt(path)),
        "see what it tracks: dvc list --dvc-only -R %s. What Git itself keeps, get by Git"
            .formatted(address));
  }

  private GitHistory history(String project) {
    return GitHistory.of(repository, place().resolve(project), project);
  }

  /** Where its paths begin: they are named by it, and not read there. */
  private Path place() {
    return address.folder().orElse(scratch);
  }

  /** The folder around a path that is a repository of its own to DVC. */
  private String project(String path) throws IOException {
    var history = history("");
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      var folder = path.substring(0, slash);
      if (history.hasFolder(commit, folder + "/.dvc")) {
        return folder;
      }
    }
    return "";
  }

  /**
   * Where the objects of a project are shared: what its settings say; or its cache, where they say
   * nothing and it is on this machine.
   *
   * @param wanted the default one where empty
   */
  Remote remote(String project, Optional<String> wanted, Map<String, String> environment)
      throws IOException {
    var settings = place().resolve(project).resolve(".dvc");
    boolean here = address.folder().isPresent() && Files.isDirectory(settings);
    var config = here ? WorkingCopy.around(place().resolve(project)).config() : committed(project);
    var name = wanted.or(config::defaultRemote);
    if (name.isEmpty() && here) {
      var cache = config.get("cache", "dir").map(settings::resolve);
      return new FolderRemote(cache.orElseGet(() -> settings.resolve("cache")));
    }
    if (name.isEmpty()) {
      throw new WorkProblem(
          "%s names no default remote in .dvc/config".formatted(this),
          "have its owner name one: dvc remote default NAME");
    }
    var url = config.remote(name.get()).getOrDefault("url", "");
    if (address.folder().isEmpty() && !url.contains("://") && !Path.of(url).isAbsolute()) {
      throw new WorkProblem(
          "the remote '%s' of %s is a folder beside it, '%s', on another machine"
              .formatted(Text.excerpt(name.get()), this, Text.excerpt(url)),
          "have its owner name one that can be reached: dvc remote modify NAME url …");
    }
    return new Remotes(config, settings, environment).open(name);
  }

  private DvcConfig committed(String project) throws IOException {
    var path = project.isEmpty() ? ".dvc/config" : project + "/.dvc/config";
    var text = history("").file(commit, path, MOST_CONFIG);
    try {
      return DvcConfig.read(
          WorkingCopy.machineSettings(),
          text.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse(""));
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s, .dvc/config, line %d: %s".formatted(this, e.line(), e.text()),
          "have its owner mend it");
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}
