package dev.fovea.datasets.repository;

import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.NoSuchThing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;

/** Where the branches of a repository stand. */
public final class Branches {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{7,40}");

  private Branches() {}

  /** The commit of each branch, by its short name. */
  public static Map<String, GitCommit> of(Repository repository) throws IOException {
    var heads = new TreeMap<String, GitCommit>();
    for (var ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
      heads.put(ref.getName().substring(Constants.R_HEADS.length()), commit(ref));
    }
    return heads;
  }

  // Only a ref that is still to be born has no object, and the database answers none of those.
  private static GitCommit commit(Ref ref) {
    return GitCommit.of(Objects.requireNonNull(ref.getObjectId(), ref.getName()).name());
  }

  /** The commit of the main branch; absent before the first push. */
  public static Optional<GitCommit> main(Repository repository) throws IOException {
    var ref = repository.getRefDatabase().exactRef(Constants.R_HEADS + Repositories.MAIN);
    return Optional.ofNullable(ref).map(Branches::commit);
  }

  /**
   * A commit that some branch holds.
   *
   * @throws NoSuchThing when no branch does, even if its objects are still there from a push that
   *     was refused
   */
  public static RevCommit load(Repository repository, RevWalk walk, GitCommit commit)
      throws IOException {
    var missing =
        new NoSuchThing(
            "commit",
            commit.sha(),
            "push it, or ask for one that 'git log' shows on a pushed branch");
    try {
      var found = walk.parseCommit(ObjectId.fromString(commit.sha()));
      if (!walk.isMergedIntoAny(
          found, repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS))) {
        throw missing;
      }
      return found;
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      throw missing;
    }
  }

  /**
   * The commit that somebody names: a branch, or seven leading digits or more of a commit that some
   * branch holds.
   *
   * @throws NoSuchThing when there is none, or more than one
   */
  public static GitCommit named(Repository repository, RevWalk walk, String name)
      throws IOException {
    var branch = Optional.ofNullable(of(repository).get(name));
    if (branch.isPresent()) {
      return branch.get();
    }
    var held = new ArrayList<GitCommit>();
    if (DIGITS.matcher(name).matches()) {
      for (var id : walk.getObjectReader().resolve(AbbreviatedObjectId.fromString(name))) {
        try {
          held.add(GitCommit.of(load(repository, walk, GitCommit.of(id.name())).name()));
        } catch (NoSuchThing _) {
          // A tree or a blob, or of a push that was refused.
        }
      }
    }
    if (held.size() == 1) {
      return held.getFirst();
    }
    throw new NoSuchThing(
        "branch or commit",
        name,
        held.isEmpty()
            ? "give a branch, or seven digits or more of a commit that 'git log' shows on a pushed branch"
            : "give more of its digits: %d commits begin with these".formatted(held.size()));
  }

  /**
   * Those of the wanted commits, and the tip itself, that are between what is done and the tip; the
   * oldest first.
   */
  public static List<GitCommit> between(
      Repository repository, Optional<GitCommit> done, GitCommit tip, Set<GitCommit> wanted)
      throws IOException {
    var shas = new HashSet<>(wanted);
    shas.add(tip);
    var found = new ArrayList<GitCommit>();
    try (var walk = new RevWalk(repository)) {
      walk.setRetainBody(false);
      walk.markStart(walk.parseCommit(ObjectId.fromString(tip.sha())));
      if (done.isPresent()
          && repository.getObjectDatabase().has(ObjectId.fromString(done.get().sha()))) {
        walk.markUninteresting(walk.parseCommit(ObjectId.fromString(done.get().sha())));
      }
      walk.sort(RevSort.TOPO, true);
      walk.sort(RevSort.REVERSE, true);
      for (var commit : walk) {
        if (shas.contains(GitCommit.of(commit.name()))) {
          found.add(GitCommit.of(commit.name()));
        }
      }
    }
    return found;
  }
}
