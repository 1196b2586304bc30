package dev.fovea.dvc.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What is tracked under one path, in two versions. */
record Pair(String path, Optional<Tracked> before, Optional<Tracked> after) {
  /** All paths of both. */
  static List<Pair> all(List<Tracked> before, List<Tracked> after) {
    var then = new TreeMap<String, Tracked>();
    var now = new TreeMap<String, Tracked>();
    before.forEach(each -> then.put(each.path(), each));
    after.forEach(each -> now.put(each.path(), each));
    var paths = new TreeMap<>(then);
    paths.putAll(now);
    var pairs = new ArrayList<Pair>();
    for (var path : paths.keySet()) {
      pairs.add(
          new Pair(
              path, Optional.ofNullable(then.get(path)), Optional.ofNullable(now.get(path))));
    }
    return pairs;
  }

  /** Whether both hold the same. */
  boolean same() {
    return before.map(Tracked::name).equals(after.map(Tracked::name));
  }
}
