package dev.fovea.dvc.compare;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.Described;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.history.Sides;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.RemoteSource;
import dev.fovea.dvc.tree.Contents;
import dev.fovea.dvc.tree.Listing;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;

/**
 * {@code dvc diff}: which files differ between two commits, or between a commit and what lies in
 * the working tree. Commits are read from Git's objects and folders from the cache; nothing is
 * checked out, and no file is hashed that has not been written since it was.
 */
public final class Comparing {
  private final WorkingCopy copy;
  private final RemoteSource remote;
  private final Progress progress;

  /**
   * @param remote where folders' objects come from that the cache lacks
   */
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
      while (revisions < Math.min(2, words.size()) && isRevision(git, here, words.get(revisions))) {
        revisions++;
      }
      var paths = new TreeSet<String>();
      for (var word : words.subList(revisions, words.size())) {
        paths.add(copy.part(here.resolve(word)));
      }
      var question =
          new Question(
              revisions > 0 ? words.getFirst() : Constants.HEAD,
              revisions > 1 ? Optional.of(words.get(1)) : Optional.empty(),
              List.copyOf(paths));
      requireTracked(git, question);
      return question;
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

  private void requireTracked(GitHistory git, Question question) throws IOException {
    if (question.paths().isEmpty()) {
      return;
    }
    var sides = sides(git, question);
    for (var path : question.paths()) {
      var inside = sides.within(new Scope(List.of(path)));
      if (!path.isEmpty() && inside.before().isEmpty() && inside.after().isEmpty()) {
        throw new WorkProblem(
            "'%s' is no commit, and nothing is tracked there".formatted(Text.excerpt(path)),
            "see both: git log --oneline --all; fovea dataset status");
      }
    }
  }

  /** Everything that the two versions say. */
  private Sides sides(GitHistory git, Question question) throws IOException {
    var before = git.find(question.from());
    return new Sides(
        before.isPresent() ? git.described(before.get()) : Described.NOTHING,
        question.to().isPresent()
            ? git.described(git.commit(question.to().get()))
            : new Described(copy.tracked(), List.of()));
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
      if (question.to().isEmpty()) {
        var sides = sides(git, question).within(scope);
        for (var pair : sides.pairs(copy.root())) {
          withWorkingTree(gathering, pair);
        }
        return gathering.difference(
            GitHistory.digits(from), "the working tree", sides.unreadable());
      }
      var to = git.commit(question.to().get());
      var sides = git.apart(from, to).within(scope);
      for (var pair : sides.pairs(copy.root())) {
        if (!pair.same()) {
          compare(gathering, pair);
        }
      }
      return gathering.difference(
          GitHistory.digits(from), GitHistory.digits(to), sides.unreadable());
    }
  }

  /** Both sides are read at once. */
  private void compare(Difference.Gathering gathering, Sides.Pair pair) throws IOException {
    var sides = List.of(pair.before(), pair.after());
    for (var side : sides) {
      fetch(side);
    }
    var listings = new Listing[] {Listing.NONE, Listing.NONE};
    SideBySide.each(2, 2, () -> sides, (each, i) -> listings[i] = listing(each.get(i)));
    gathering.compare(pair.path(), listings[0], listings[1]);
  }

  private void withWorkingTree(Difference.Gathering gathering, Sides.Pair pair) throws IOException {
    // Named as they were before, so that what DVC 2 named can be compared.
    var named = pair.before().map(copy::naming).orElse(copy);
    var look =
        pair.after().isPresent()
            ? new Contents(named, progress).look(pair.path())
            : Optional.<Contents.Look>empty();
    var known = pair.before().map(Tracked::name);
    if (look.isEmpty() || !known.equals(look.map(Contents.Look::name))) {
      fetch(pair.before());
      gathering.compare(
          pair.path(), listing(pair.before()), look.map(Listing::of).orElse(Listing.NONE));
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
    var cache = copy.naming(tracked).cache();
    return new Listing.Folder(FolderObjects.read(cache, tracked.name()), cache);
  }

  /** Gets a folder's object where the cache lacks it. */
  private void fetch(Optional<Tracked> tracked) throws IOException {
    if (tracked.isPresent()
        && tracked.get().file().isFolder()
        && !Files.exists(copy.naming(tracked.get()).cache().directory(tracked.get().name()))) {
      try (var from = remote.open(tracked.get().remote())) {
        new Pulling(copy, from, progress, false).fetchObject(tracked.get());
      }
    }
  }

  private GitHistory history() throws IOException {
    return GitHistory.of(copy, "so there are no versions to compare");
  }
}
