package dev.fovea.dvc.compare;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.compare.Change.Kind;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.Described;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.history.Sides;
import dev.fovea.dvc.tree.Listing;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Stages;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
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
import org.eclipse.jgit.treewalk.filter.OrTreeFilter;
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
   * @param changes absent where the cache lacks an object that says so
   * @param fault why it is not known what changed: a file that can't be read
   */
  public record Version(
      String path,
      boolean tracked,
      OptionalLong files,
      OptionalLong bytes,
      Optional<Changes> changes,
      Optional<String> fault) {}

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
      inside.add(copy.part(path));
    }
    var scope = new Scope(inside);
    var entries = new ArrayList<Entry>();
    try (var git = GitHistory.of(copy, "so it has no history");
        var walk = new RevWalk(git.repository())) {
      walk.setTreeFilter(
          AndTreeFilter.create(
              OrTreeFilter.create(
                  PathSuffixFilter.create(Descriptions.ENDING),
                  PathSuffixFilter.create(Stages.LOCK)),
              TreeFilter.ANY_DIFF));
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

  private List<Version> versions(GitHistory git, RevWalk walk, RevCommit commit, Scope scope)
      throws IOException {
    var sides =
        commit.getParentCount() == 0
            ? new Sides(Described.NOTHING, git.described(commit))
            : git.apart(walk.parseCommit(commit.getParent(0)), commit);
    var versions = new ArrayList<Version>();
    for (var pair : sides.within(scope).pairs(copy.root())) {
      if (!pair.same()) {
        version(pair, scope).ifPresent(versions::add);
      }
    }
    for (var unreadable : sides.within(scope).unreadable()) {
      versions.add(
          new Version(
              Descriptions.data(unreadable.path()),
              true,
              OptionalLong.empty(),
              OptionalLong.empty(),
              Optional.empty(),
              Optional.of("in %s, %s".formatted(unreadable.commit(), unreadable.why()))));
    }
    return versions;
  }

  /** Absent where nothing changed in the part that is asked about. */
  private Optional<Version> version(Sides.Pair pair, Scope scope) throws IOException {
    var changes = Optional.<Changes>empty();
    var fault = Optional.<String>empty();
    try {
      changes = changes(pair, scope);
    } catch (WorkProblem e) {
      fault = Optional.of(e.explanation());
    }
    if (changes.filter(Changes::none).isPresent()) {
      return Optional.empty();
    }
    var file = pair.after().map(Tracked::file);
    return Optional.of(
        new Version(
            pair.path(),
            file.isPresent(),
            file.map(each -> each.files()).orElseGet(OptionalLong::empty),
            file.map(each -> each.bytes()).orElseGet(OptionalLong::empty),
            changes,
            fault));
  }

  private Optional<Changes> changes(Sides.Pair pair, Scope scope) throws IOException {
    var before = listing(pair.before());
    var after = listing(pair.after());
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    var gathering = new Difference.Gathering(scope::holds);
    gathering.compare(pair.path(), before.get(), after.get());
    var difference = gathering.difference("", "", List.of());
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
    var cache = copy.naming(tracked.get()).cache();
    return Files.exists(cache.directory(tracked.get().name()))
        ? Optional.of(new Listing.Folder(FolderObjects.read(cache, tracked.get().name()), cache))
        : Optional.empty();
  }
}
