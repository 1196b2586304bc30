package dev.fovea.dvc.merge;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks into files that both sides changed, where it knows what is in them. */
@FunctionalInterface
public interface FileMerge {
  /** Merges no file. */
  FileMerge NONE = (_, _, _, _) -> new Unknown("both sides changed it");

  /** One version of a folder. */
  @FunctionalInterface
  interface Side {
    /** A file's bytes; absent where the side has none. */
    Optional<byte[]> read(String path) throws IOException;
  }

  /** What came of it. */
  sealed interface Answer {}

  /**
   * One file of both.
   *
   * @param conflicts inside it, one line each; where there is one, the bytes have what ours says
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Merged(byte[] bytes, List<String> conflicts) implements Answer {
    public Merged {
      conflicts = List.copyOf(conflicts);
    }
  }

  /** A file that is not looked into, and why. */
  record Unknown(String reason) implements Answer {}

  /**
   * Merges a file that both sides have, each another, and neither as the base.
   *
   * @param path inside the folder that is merged, with {@code /}
   */
  Answer merge(String path, Side base, Side ours, Side theirs) throws IOException;

  /**
   * What no file shows by itself: files of one side that would mean something else beside those of
   * the other. One line each.
   *
   * @param ourChanges what our side changed or added
   * @param theirChanges what their side changed or added
   */
  default List<String> clashes(
      Side base, Side ours, Set<String> ourChanges, Side theirs, Set<String> theirChanges)
      throws IOException {
    return List.of();
  }
}
