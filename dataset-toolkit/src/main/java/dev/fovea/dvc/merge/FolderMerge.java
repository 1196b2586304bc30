package dev.fovea.dvc.merge;

import dev.fovea.dvc.directory.CodePoints;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three-way merge of the files of a folder, each as a whole: what one side changed, added, moved or
 * deleted is taken, what both did alike is taken once. DVC's own driver (3.67, {@code
 * hashfile/tree.py}) takes what both deleted for a conflict (dvc#8638) and knows no moves; here the
 * one is gone, and what one side moved and the other changed is changed at its new place.
 *
 * <p>A file is moved where its path is gone and one new path has its name and its bytes, and no
 * other file of these went or came. One of another name may be another file: of labels, many have
 * the same few bytes.
 */
final class FolderMerge {
  private final Map<String, String> base;
  private final Map<String, String> ours;
  private final Map<String, String> theirs;
  private final List<String> conflicts;

  private FolderMerge(
      Map<String, String> base,
      Map<String, String> ours,
      Map<String, String> theirs,
      List<String> conflicts) {
    this.base = new HashMap<>(base);
    this.ours = new HashMap<>(ours);
    this.theirs = new HashMap<>(theirs);
    this.conflicts = conflicts;
  }

  /**
   * The merged folder, of three that are the MD5 of each file by path. It may hold a file where it
   * has a folder: {@link DvcDirectory#read} refuses it then.
   *
   * @param conflicts told of each; there the result has what ours has
   */
  static DvcDirectory merge(
      Map<String, String> base,
      Map<String, String> ours,
      Map<String, String> theirs,
      BothChanged bothChanged,
      List<String> conflicts)
      throws IOException {
    var merge = new FolderMerge(base, ours, theirs, conflicts);
    merge.follow(moves(base, ours), moves(base, theirs));
    bothChanged.judge(base, ours, theirs);
    return merge.files(bothChanged);
  }

  /** What a side changed or added. */
  static Set<String> changes(Map<String, String> base, Map<String, String> side) {
    var changes = new HashSet<String>();
    side.forEach((path, md5) -> {
      if (!md5.equals(base.get(path))) {
        changes.add(path);
      }
    });
    return changes;
  }

  /** The new path by the old one. */
  private static Map<String, String> moves(Map<String, String> base, Map<String, String> side) {
    var gone = alone(base, side);
    var come = alone(side, base);
    var moves = new HashMap<String, String>();
    gone.forEach((file, path) -> {
      if (!path.isEmpty() && !come.getOrDefault(file, "").isEmpty()) {
        moves.put(path, come.get(file));
      }
    });
    return moves;
  }

  /** The paths that the other does not have, by name and MD5; empty where several are of one. */
  private static Map<String, String> alone(Map<String, String> one, Map<String, String> other) {
    var paths = new HashMap<String, String>();
    one.forEach((path, md5) -> {
      if (!other.containsKey(path)) {
        paths.merge(md5 + path.substring(path.lastIndexOf('/') + 1), path, (_, _) -> "");
      }
    });
    return paths;
  }

  private void follow(Map<String, String> mine, Map<String, String> others) {
    for (var each : sorted(mine).entrySet()) {
      var path = each.getKey();
      var to = each.getValue();
      var otherTo = others.getOrDefault(path, "");
      if (theirs.containsKey(path)) {
        move(path, to, theirs);
      } else if (otherTo.isEmpty()) {
        conflicts.add("%s: ours moved it to %s, theirs deleted it".formatted(path, to));
      } else if (!otherTo.equals(to)) {
        conflicts.add("%s: ours moved it to %s, theirs to %s".formatted(path, to, otherTo));
        theirs.remove(otherTo);
      }
    }
    for (var each : sorted(others).entrySet()) {
      var path = each.getKey();
      var to = each.getValue();
      if (ours.containsKey(path)) {
        move(path, to, ours);
      } else if (!mine.containsKey(path)) {
        conflicts.add("%s: ours deleted it, theirs moved it to %s".formatted(path, to));
        theirs.remove(to);
      }
    }
  }

  // Where the side that did not move it has something else at the new path, both stay where they
  // are, and are judged there.
  private void move(String from, String to, Map<String, String> side) {
    var old = base.get(from);
    var content = side.get(from);
    if (old != null && content != null && !content.equals(old) && !side.containsKey(to)) {
      side.remove(from);
      side.put(to, content);
      base.remove(from);
      base.put(to, old);
    }
  }

  private DvcDirectory files(BothChanged bothChanged) throws IOException {
    var all = new HashMap<>(ours);
    all.putAll(theirs);
    var merged = new ArrayList<Entry>();
    for (var path : sorted(all).keySet()) {
      file(path, bothChanged).ifPresent(md5 -> merged.add(new Entry(md5, path)));
    }
    return new DvcDirectory(merged);
  }

  private Optional<String> file(String path, BothChanged bothChanged) throws IOException {
    var before = Optional.ofNullable(base.get(path));
    var mine = Optional.ofNullable(ours.get(path));
    var other = Optional.ofNullable(theirs.get(path));
    if (mine.equals(other) || other.equals(before)) {
      return mine;
    }
    if (mine.equals(before)) {
      return other;
    }
    if (mine.isPresent() && other.isPresent()) {
      return Optional.of(bothChanged.decide(path, base, ours, theirs));
    }
    conflicts.add(
        mine.isEmpty()
            ? path + ": ours deleted it, theirs changed it"
            : path + ": ours changed it, theirs deleted it");
    return mine;
  }

  private static TreeMap<String, String> sorted(Map<String, String> files) {
    var sorted = new TreeMap<String, String>(CodePoints.ORDER);
    sorted.putAll(files);
    return sorted;
  }
}
