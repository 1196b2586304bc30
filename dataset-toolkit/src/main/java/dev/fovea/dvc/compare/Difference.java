package dev.fovea.dvc.compare;

import dev.fovea.dvc.compare.Change.Kind;
import dev.fovea.dvc.history.Unreadable;
import dev.fovea.dvc.tree.Listing;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the files of two versions differ.
 *
 * @param from the one: digits of a commit
 * @param to the other: digits of a commit, or {@code the working tree}
 * @param changes by path
 * @param unreadable the {@code .dvc} files whose data is not compared, since one side is not known
 */
public record Difference(
    String from, String to, List<Change> changes, List<Unreadable> unreadable) {
  /**
   * How many changes of one kind there are.
   *
   * @param bytes of their files now, or then where they are gone; only of those that are known
   */
  public record Total(long files, long bytes) {}

  /** How many there are of each kind. */
  public Total total(Kind kind) {
    var of = changes.stream().filter(change -> change.kind() == kind).toList();
    long bytes =
        of.stream()
            .map(change -> kind == Kind.DELETED ? change.bytesBefore() : change.bytesAfter())
            .mapToLong(each -> each.orElse(0))
            .sum();
    return new Total(of.size(), bytes);
  }

  /** Gathers the changes of one thing that is tracked after the other. */
  static final class Gathering {
    private final Predicate<String> wanted;
    private final List<Change> added = new ArrayList<>();
    private final List<Change> deleted = new ArrayList<>();
    private final List<Change> modified = new ArrayList<>();

    /**
     * @param wanted of the paths from the repository's root
     */
    Gathering(Predicate<String> wanted) {
      this.wanted = wanted;
    }

    /**
     * Walks through both sides at once.
     *
     * @param root what the files' paths begin with
     */
    void compare(String root, Listing before, Listing after) throws IOException {
      int i = 0;
      int j = 0;
      while (i < before.files() || j < after.files()) {
        int order = order(before, i, after, j);
        if (order < 0) {
          deleted(full(root, before.path(i)), before, i++);
        } else if (order > 0) {
          added(full(root, after.path(j)), after, j++);
        } else {
          if (!before.sameContent(i, after, j)) {
            modified(full(root, before.path(i)), before, i, after, j);
          }
          i++;
          j++;
        }
      }
    }

    private static int order(Listing before, int i, Listing after, int j) {
      if (i == before.files()) {
        return 1;
      }
      return j == after.files() ? -1 : before.order(i, after, j);
    }

    private static String full(String root, String path) {
      return path.isEmpty() ? root : root + "/" + path;
    }

    private void added(String path, Listing after, int j) throws IOException {
      if (wanted.test(path)) {
        added.add(Change.added(path, after.md5(j), after.bytes(j)));
      }
    }

    private void deleted(String path, Listing before, int i) throws IOException {
      if (wanted.test(path)) {
        deleted.add(Change.deleted(path, before.md5(i), before.bytes(i)));
      }
    }

    private void modified(String path, Listing before, int i, Listing after, int j)
        throws IOException {
      if (wanted.test(path)) {
        modified.add(
            new Change(
                Kind.MODIFIED,
                path,
                Optional.empty(),
                Optional.of(before.md5(i)),
                Optional.of(after.md5(j)),
                before.bytes(i),
                after.bytes(j)));
      }
    }

    /** All of them; each that was added takes the first that was deleted with its content. */
    Difference difference(String from, String to, List<Unreadable> unreadable) {
      var changes = new ArrayList<>(modified);
      Map<String, Deque<Change>> gone = new HashMap<>();
      for (var change : deleted) {
        gone.computeIfAbsent(change.before().orElseThrow(), _ -> new ArrayDeque<>()).add(change);
      }
      Set<String> moved = new HashSet<>();
      for (var change : added) {
        var same = gone.getOrDefault(change.after().orElseThrow(), new ArrayDeque<>()).poll();
        changes.add(same == null ? change : change.renamedFrom(same));
        if (same != null) {
          moved.add(same.path());
        }
      }
      deleted.stream().filter(change -> !moved.contains(change.path())).forEach(changes::add);
      changes.sort(Change.ORDER);
      return new Difference(from, to, changes, unreadable);
    }
  }
}
