package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.DvcDirectory.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Three-way merge of the files of a folder, each as a whole: what one side changed, added or
 * deleted is taken, what both did alike is taken once. DVC's own driver (3.67, {@code
 * hashfile/tree.py}) takes what both deleted for a conflict (dvc#8638); here it is gone.
 */
final class FolderMerge {
  /** Decides on a file that both sides changed, each in another way. */
  @FunctionalInterface
  interface Decision {
    /**
     * The MD5 of what the result has; absent for no file.
     *
     * @param ours absent where ours deleted it
     * @param theirs absent where theirs deleted it
     */
    Optional<String> of(String path, Optional<String> ours, Optional<String> theirs)
        throws IOException;
  }

  private FolderMerge() {}

  static DvcDirectory merge(
      DvcDirectory base, DvcDirectory ours, DvcDirectory theirs, Decision decision)
      throws IOException {
    Map<String, String> before = base.byPath();
    Map<String, String> mine = ours.byPath();
    Map<String, String> others = theirs.byPath();
    var paths = new TreeSet<>(mine.keySet());
    paths.addAll(others.keySet());
    List<Entry> merged = new ArrayList<>();
    for (var path : paths) {
      var old = Optional.ofNullable(before.get(path));
      var a = Optional.ofNullable(mine.get(path));
      var b = Optional.ofNullable(others.get(path));
      var chosen =
          a.equals(b) || b.equals(old) ? a : a.equals(old) ? b : decision.of(path, a, b);
      chosen.ifPresent(md5 -> merged.add(new Entry(md5, path)));
    }
    return new DvcDirectory(merged);
  }
}
