package dev.fovea.dvc.merge;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides on files that both sides changed, by looking into them. */
final class BothChanged {
  /** Where the bytes of files are, by MD5. */
  interface Store {
    /**
     * @throws TooLarge where nobody should hold so many bytes
     */
    byte[] read(String md5) throws IOException;

    /** Keeps a file; its MD5. */
    String keep(byte[] bytes) throws IOException;
  }

  /** A file that is too large to be looked into. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(long most) {
      super("one has more than %d bytes (expected: at most so many)".formatted(most));
    }
  }

  private final FileMerge files;
  private final Store store;
  private final List<String> conflicts;
  private int looked;

  /**
   * @param conflicts told of each
   */
  BothChanged(FileMerge files, Store store, List<String> conflicts) {
    this.files = files;
    this.store = store;
    this.conflicts = conflicts;
  }

  /**
   * The MD5 of what a file's result is; that of our side where there is no other.
   *
   * @param base the MD5 of each file of the folder, by path
   * @param ours as of the base
   * @param theirs as of the base
   */
  String decide(
      String path, Map<String, String> base, Map<String, String> ours, Map<String, String> theirs)
      throws IOException {
    return switch (look(path, base, ours, theirs)) {
      case FileMerge.Merged merged -> {
        looked++;
        merged.conflicts().forEach(conflict -> conflicts.add(path + ": " + conflict));
        yield store.keep(merged.bytes());
      }
      case FileMerge.Unknown unknown -> {
        conflicts.add("%s: %s".formatted(path, unknown.reason()));
        yield Optional.ofNullable(ours.get(path)).orElseThrow();
      }
    };
  }

  private FileMerge.Answer look(
      String path, Map<String, String> base, Map<String, String> ours, Map<String, String> theirs)
      throws IOException {
    try {
      return files.merge(path, side(base), side(ours), side(theirs));
    } catch (TooLarge e) {
      return new FileMerge.Unknown("both sides changed it, and " + e.getMessage());
    }
  }

  /** Looks for files of one side that would mean something else beside those of the other. */
  void judge(Map<String, String> base, Map<String, String> ours, Map<String, String> theirs)
      throws IOException {
    conflicts.addAll(
        files.clashes(
            side(base),
            side(ours),
            FolderMerge.changes(base, ours),
            side(theirs),
            FolderMerge.changes(base, theirs)));
  }

  private FileMerge.Side side(Map<String, String> folder) {
    return path -> {
      var md5 = folder.get(path);
      return md5 == null ? Optional.empty() : Optional.of(store.read(md5));
    };
  }

  /** How many files were merged inside. */
  int looked() {
    return looked;
  }
}
