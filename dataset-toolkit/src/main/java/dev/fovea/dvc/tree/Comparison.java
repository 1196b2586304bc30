package dev.fovea.dvc.tree;

import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.Snapshot;
import java.util.BitSet;

/**
 * What a folder has beside what it should have; files are known by their numbers.
 *
 * @param surplus files that it has and should not have
 * @param changed files that it has with another content than it should
 * @param open files that it should have, and has not or has with another content
 */
public record Comparison(Snapshot now, BitSet surplus, BitSet changed, BitSet open) {
  public static Comparison of(Snapshot now, DvcDirectory wanted) {
    var found = new Comparison(now, new BitSet(), new BitSet(), new BitSet());
    var paths = now.stats().paths();
    int i = 0;
    int j = 0;
    while (i < paths.size() && j < wanted.size()) {
      int order = paths.compare(i, wanted.paths(), j);
      if (order == 0 && !now.md5s().same(i, wanted.md5s(), j)) {
        found.changed.set(i);
        found.open.set(j);
      } else if (order < 0) {
        found.surplus.set(i);
      } else if (order > 0) {
        found.open.set(j);
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    found.surplus.set(i, paths.size());
    found.open.set(j, wanted.size());
    return found;
  }

  /** A folder that has some of its files, and nothing else. */
  static Comparison having(BitSet placed, DvcDirectory wanted) {
    var open = (BitSet) placed.clone();
    open.flip(0, wanted.size());
    return new Comparison(Snapshot.none(), new BitSet(), new BitSet(), open);
  }

  /** Files whose content the folder would have no more. */
  public BitSet replaced() {
    var replaced = (BitSet) surplus.clone();
    replaced.or(changed);
    return replaced;
  }
}
