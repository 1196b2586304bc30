package dev.fovea.dvc.history;

import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is tracked in two versions; what both describe in the same words may be left out. */
public record Sides(Described before, Described after) {
  /** Those of a part of the repository. */
  public Sides within(Scope scope) {
    return new Sides(before.within(scope), after.within(scope));
  }

  /**
   * What is tracked under one path, in both.
   *
   * @param path from the repository's root
   */
  public record Pair(String path, Optional<Tracked> before, Optional<Tracked> after) {
    /** Whether both hold the same. */
    public boolean same() {
      return before.map(Tracked::name).equals(after.map(Tracked::name));
    }
  }

  /** All paths that are tracked in either, without those of which one side is not known. */
  public List<Pair> pairs(Path root) {
    var unknown = new HashSet<Path>();
    unreadable().forEach(each -> unknown.add(root.resolve(each.path())));
    var then = byPath(before, unknown);
    var now = byPath(after, unknown);
    var paths = new TreeMap<>(then);
    paths.putAll(now);
    var pairs = new ArrayList<Pair>();
    for (var path : paths.keySet()) {
      pairs.add(
          new Pair(path, Optional.ofNullable(then.get(path)), Optional.ofNullable(now.get(path))));
    }
    return pairs;
  }

  private static TreeMap<String, Tracked> byPath(Described side, Set<Path> unknown) {
    var tracked = new TreeMap<String, Tracked>();
    side.tracked().stream()
        .filter(each -> !unknown.contains(each.description()))
        .forEach(each -> tracked.put(each.path(), each));
    return tracked;
  }

  /** Those of both. */
  public List<Unreadable> unreadable() {
    var all = new ArrayList<>(before.unreadable());
    all.addAll(after.unreadable());
    return all;
  }
}
