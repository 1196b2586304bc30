package dev.fovea.dvc.work;

import dev.fovea.dvc.work.Change.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathSuffixFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * The commits that changed what is tracked, the latest first. Only Git and the cache are asked: how
 * many files changed is not said where the cache lacks a folder's object.
 */
public final class DataLog {
  /** The newest commit of the branch that is checked out. */
  public static final String NEWEST = Constants.HEAD;

  private final WorkingCopy copy;

  public DataLog(WorkingCopy copy) {
    this.copy = copy;
  }

  /**
   * A commit.
   *
   * @param commit 40 hex digits
   * @param at when the author made it
   * @param message its first line
   */
  public record Entry(
      String commit, String author, Instant at, String message, List<Version> versions) {}

  /**
   * What it made of something that is tracked.
   *
   * @param path from the repository's root
   * @param tracked whether it is tracked since; else no longer
   * @param files how many it has
   * @param bytes of all of them
   */
  public record Version(
      String path,
      boolean tracked,
      OptionalLong files,
      OptionalLong bytes,
      Optional<Changes> changes) {}

  /** How many files came, went, and were written, each against the commit before. */
  public record Changes(long added, long deleted, long modified, long renamed) {
    boolean none() {
      return added + deleted + modified + renamed == 0;
    }
  }

  /**
   * Reads it.
   *
   * @param paths folders or files; none for everything
   * @param from a revision
   * @param most how many commits are told of
   */
  public List<Entry> read(List<Path> paths, String from, int most) throws IOException {
    var inside = new ArrayList<String>();
    for (var path : paths) {
      inside.add(copy.inside(data(path)));
    }
    var scope = new Scope(inside);
    var entries = new ArrayList<Entry>();
    try (var git = GitHistory.of(copy, "so it has no history");
        var walk = new RevWalk(git.repository())) {
      walk.setTreeFilter(
          AndTreeFilter.create(PathSuffixFilter.create(Descriptions.ENDING), TreeFilter.ANY_DIFF));
      walk.setRewriteParents(false);
      walk.markStart(walk.parseCommit(git.commit(from)));
      for (var commit = walk.next();
          commit != null && entries.size() < most;
          commit = walk.next()) {
        var versions = versions(git, walk, commit, scope);
        if (!versions.isEmpty()) {
          var author = commit.getAuthorIdent();
          entries.add(
              new Entry(
                  commit.name(),
                  author.getName(),
                  author.getWhenAsInstant(),
                  commit.getShortMessage(),
                  versions));
        }
      }
    }
    return entries;
  }

  /** A {@code .dvc} file means what it tracks. */
  private static Path data(Path path) {
    var name = String.valueOf(path.getFileName());
    return Descriptions.is(name)
        ? path.resolveSibling(name.substring(0, name.length() - Descriptions.ENDING.length()))
        : path;
  }

  private List<Version> versions(GitHistory git, RevWalk walk, RevCommit commit, Scope scope)
      throws IOException {
    var before =
        commit.getParentCount() == 0
            ? List.<Tracked>of()
            : git.tracked(walk.parseCommit(commit.getParent(0)));
    var versions = new ArrayList<Version>();
    for (var pair : Pair.all(touched(before, scope), touched(git.tracked(commit), scope))) {
      if (!pair.same()) {
        var changes = changes(pair, scope);
        if (changes.filter(Changes::none).isEmpty()) {
          var file = pair.after().map(Tracked::file);
          versions.add(
              new Version(
                  pair.path(),
                  file.isPresent(),
                  file.map(each -> each.files()).orElseGet(OptionalLong::empty),
                  file.map(each -> each.bytes()).orElseGet(OptionalLong::empty),
                  changes));
        }
      }
    }
    return versions;
  }

  private static List<Tracked> touched(List<Tracked> tracked, Scope scope) {
    return tracked.stream().filter(scope::touches).toList();
  }

  private Optional<Changes> changes(Pair pair, Scope scope) throws IOException {
    var before = listing(pair.before());
    var after = listing(pair.after());
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    var gathering = new Difference.Gathering(scope::holds);
    gathering.compare(pair.path(), before.get(), after.get());
    var difference = gathering.difference("", "");
    return Optional.of(
        new Changes(
            difference.total(Kind.ADDED).files(),
            difference.total(Kind.DELETED).files(),
            difference.total(Kind.MODIFIED).files(),
            difference.total(Kind.RENAMED).files()));
  }

  /** Absent where the cache does not know. */
  private Optional<Listing> listing(Optional<Tracked> tracked) throws IOException {
    if (tracked.isEmpty()) {
      return Optional.of(Listing.NONE);
    }
    if (!tracked.get().file().isFolder()) {
      return Optional.of(Listing.of(tracked.get()));
    }
    var cache = copy.cache();
    return Files.exists(cache.directory(tracked.get().name()))
        ? Optional.of(Listing.of(FolderObjects.entries(cache, tracked.get().name()), cache))
        : Optional.empty();
  }
}
