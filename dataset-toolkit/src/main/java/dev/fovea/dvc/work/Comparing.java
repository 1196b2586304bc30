package dev.fovea.dvc.work;

import dev.fovea.dvc.remote.Remote;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * {@code dvc diff}: which files differ between two commits, or between a commit and what lies in
 * the working tree. Commits are read from Git's objects and folders from the cache; nothing is
 * checked out, and no file is hashed that has not been written since it was.
 */
public final class Comparing {
  private static final int SHOWN_DIGITS = 12;

  private final WorkingCopy copy;
  private final RemoteSource remote;
  private final Progress progress;

  /** Opens the remote that folders' objects come from which the cache lacks. */
  public interface RemoteSource {
    Remote open() throws IOException;
  }

  public Comparing(WorkingCopy copy, RemoteSource remote, Progress progress) {
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
  }

  /**
   * What is compared.
   *
   * @param from a commit
   * @param to another; absent for the working tree
   * @param paths from the repository's root, folders or files; none for everything
   */
  public record Question(String from, Optional<String> to, List<String> paths) {}

  /**
   * Tells revisions from paths, as Git does: the first two words that mean commits are revisions.
   *
   * @param here where paths begin
   * @throws WorkProblem when a word means neither or both
   */
  public Question question(Path here, List<String> words) throws IOException {
    try (var git = history()) {
      int revisions = 0;
      while (revisions < Math.min(2, words.size())
          && isRevision(git, here, words.get(revisions))) {
        revisions++;
      }
      var paths = new TreeSet<String>();
      for (var word : words.subList(revisions, words.size())) {
        paths.add(path(git, here, word));
      }
      return new Question(
          revisions > 0 ? words.getFirst() : Constants.HEAD,
          revisions > 1 ? Optional.of(words.get(1)) : Optional.empty(),
          List.copyOf(paths));
    }
  }

  private static boolean isRevision(GitHistory git, Path here, String word) throws IOException {
    boolean revision = git.find(word).isPresent();
    if (revision && Files.exists(here.resolve(word))) {
      throw new WorkProblem(
          "'%s' is a commit and a path".formatted(Text.excerpt(word)),
          "write ./%s for the path, or the commit's digits".formatted(Text.excerpt(word)));
    }
    return revision;
  }

  private String path(GitHistory git, Path here, String word) throws IOException {
    var place = here.resolve(word).toAbsolutePath().normalize();
    if (Files.exists(place) && place.toRealPath().equals(copy.root())) {
      return "";
    }
    var path = copy.inside(place);
    var scope = new Scope(List.of(path));
    var head = git.find(Constants.HEAD);
    if (copy.tracked().stream().noneMatch(scope::touches)
        && (head.isEmpty() || git.tracked(head.get()).stream().noneMatch(scope::touches))) {
      throw new WorkProblem(
          "'%s' is no commit, and nothing is tracked there".formatted(Text.excerpt(word)),
          "see both: git log --oneline --all; fovea dataset status");
    }
    return path;
  }

  /**
   * Compares them.
   *
   * @throws WorkProblem when a commit is none, or nobody has the object of a folder
   */
  public Difference compare(Question question) throws IOException {
    var scope = new Scope(question.paths());
    var gathering = new Difference.Gathering(scope::holds);
    try (var git = history()) {
      var from = git.commit(question.from());
      var before = git.tracked(from).stream().filter(scope::touches).toList();
      if (question.to().isEmpty()) {
        withWorkingTree(gathering, before, scope);
        return gathering.difference(digits(from), "the working tree");
      }
      var to = git.commit(question.to().get());
      var after = git.tracked(to).stream().filter(scope::touches).toList();
      for (var pair : Pair.all(before, after)) {
        if (!pair.same()) {
          gathering.compare(pair.path(), listing(pair.before()), listing(pair.after()));
        }
      }
      return gathering.difference(digits(from), digits(to));
    }
  }

  private void withWorkingTree(
      Difference.Gathering gathering, List<Tracked> before, Scope scope) throws IOException {
    var now = copy.tracked().stream().filter(scope::touches).toList();
    for (var pair : Pair.all(before, now)) {
      var look =
          pair.after().isPresent()
              ? new Contents(copy, progress).look(pair.path())
              : Optional.<Contents.Look>empty();
      var known = pair.before().map(Tracked::name);
      if (look.isEmpty() || !known.equals(look.map(Contents.Look::name))) {
        gathering.compare(
            pair.path(), listing(pair.before()), look.map(Listing::of).orElse(Listing.NONE));
      }
    }
  }

  private Listing listing(Optional<Tracked> tracked) throws IOException {
    return tracked.isPresent() ? listing(tracked.get()) : Listing.NONE;
  }

  /** The files that a {@code .dvc} file says. */
  private Listing listing(Tracked tracked) throws IOException {
    if (!tracked.file().isFolder()) {
      return Listing.of(tracked);
    }
    var cache = copy.cache();
    if (!Files.exists(cache.directory(tracked.name()))) {
      try (var from = remote.open()) {
        new Pulling(copy, from, progress, false).fetchObject(tracked);
      }
    }
    return Listing.of(FolderObjects.entries(cache, tracked.name()), cache);
  }

  private GitHistory history() throws IOException {
    return GitHistory.of(copy, "so there are no versions to compare");
  }

  private static String digits(RevCommit commit) {
    return commit.name().substring(0, SHOWN_DIGITS);
  }
}
