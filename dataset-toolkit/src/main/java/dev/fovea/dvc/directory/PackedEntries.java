package dev.fovea.dvc.directory;

import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;

/**
 * The files of a folder in about 50 bytes each, in the order of their paths. As objects they would
 * take four times that; so each becomes one when it is asked for.
 */
final class PackedEntries extends AbstractList<Entry> implements RandomAccess {
  private final PathColumn paths;
  private final Md5Column md5s;

  /**
   * @param paths in order
   * @param md5s of the same files
   */
  PackedEntries(PathColumn paths, Md5Column md5s) {
    if (paths.size() != md5s.size()) {
      throw new IllegalArgumentException(
          "%d paths (expected: as many as MD5s, %d)".formatted(paths.size(), md5s.size()));
    }
    this.paths = paths;
    this.md5s = md5s;
  }

  /** Those of any list, in any order. */
  static PackedEntries of(List<Entry> entries) {
    if (entries instanceof PackedEntries packed) {
      return packed;
    }
    var paths = new PathColumn.Builder(entries.size());
    var md5s = new Md5Column.Builder(entries.size());
    for (var entry : entries) {
      paths.add(entry.path());
      md5s.add(entry.md5());
    }
    return sorted(paths.build(), md5s.build());
  }

  /** In order; one that is in order already stays as it is. */
  static PackedEntries sorted(PathColumn paths, Md5Column md5s) {
    int size = paths.size();
    boolean inOrder = true;
    for (int i = 1; i < size && inOrder; i++) {
      inOrder = paths.compare(i - 1, paths, i) <= 0;
    }
    if (inOrder) {
      return new PackedEntries(paths, md5s);
    }
    var order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> i, (i, j) -> paths.compare(i, paths, j)));
    var text = new byte[paths.text().length];
    var ends = new int[size];
    var high = new long[size];
    var low = new long[size];
    int end = 0;
    for (int i = 0; i < size; i++) {
      int from = order[i];
      paths.copy(from, text, end);
      end += paths.length(from);
      ends[i] = end;
      high[i] = md5s.high(from);
      low[i] = md5s.low(from);
    }
    return new PackedEntries(new PathColumn(text, ends), new Md5Column(high, low));
  }

  PathColumn paths() {
    return paths;
  }

  Md5Column md5s() {
    return md5s;
  }

  @Override
  public Entry get(int i) {
    return new Entry(md5s.hex(i), paths.get(i));
  }

  @Override
  public int size() {
    return paths.size();
  }
}
