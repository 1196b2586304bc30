package dev.fovea.dvc.compare;

import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of one file between two versions.
 *
 * @param path from the repository's root, with {@code /}; where it is now, or was when it is gone
 * @param from where a renamed one was
 * @param before its MD5 then
 * @param after its MD5 now
 * @param bytesBefore how long it was; absent where that is not known here
 * @param bytesAfter how long it is; absent where that is not known here
 */
public record Change(
    Kind kind,
    String path,
    Optional<String> from,
    Optional<String> before,
    Optional<String> after,
    OptionalLong bytesBefore,
    OptionalLong bytesAfter) {
  static final Comparator<Change> ORDER =
      Comparator.comparing(Change::path, dev.fovea.dvc.directory.CodePoints.ORDER)
          .thenComparing(Change::kind);

  /** Kinds of changes. */
  public enum Kind {
    /** It was not there. */
    ADDED,
    /** It is gone, and its content is under no new path. */
    DELETED,
    /** It holds something else. */
    MODIFIED,
    /** The same content was under another path, which is gone. */
    RENAMED
  }

  static Change added(String path, String md5, OptionalLong bytes) {
    return new Change(
        Kind.ADDED,
        path,
        Optional.empty(),
        Optional.empty(),
        Optional.of(md5),
        OptionalLong.empty(),
        bytes);
  }

  static Change deleted(String path, String md5, OptionalLong bytes) {
    return new Change(
        Kind.DELETED,
        path,
        Optional.empty(),
        Optional.of(md5),
        Optional.empty(),
        bytes,
        OptionalLong.empty());
  }

  /** One that was added, and is another that was deleted. */
  Change renamedFrom(Change deleted) {
    var bytes = bytesAfter.isPresent() ? bytesAfter : deleted.bytesBefore;
    return new Change(
        Kind.RENAMED, path, Optional.of(deleted.path), deleted.before, after, bytes, bytes);
  }
}
