package dev.fovea.dvc.remote;

import java.util.Optional;
import java.util.regex.Pattern;

/** DVC 3's names as paths (dvc-data 3.18, {@code hashfile/db}). */
final class Layout {
  static final String ROOT = "files/md5/";

  /** Longer than two letters, which DVC's gc would take for objects of its older layout. */
  static final String LEASES = "fovea/leases/";

  /** Objects that are there for a moment, to see what a store does with them. */
  static final String PROBES = "fovea/probes/";

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}(\\.dir)?");

  private Layout() {}

  /** {@code files/md5/ab/cdef…}. */
  static String path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '%s' (expected: 32 hex digits, and .dir behind those of a folder)"
              .formatted(name));
    }
    return ROOT + name.substring(0, 2) + "/" + name.substring(2);
  }

  /** The name of an object; absent where a path is none. */
  static Optional<String> name(String path) {
    if (!path.startsWith(ROOT) || path.length() < ROOT.length() + 3) {
      return Optional.empty();
    }
    var name = path.substring(ROOT.length()).replaceFirst("/", "");
    return Optional.of(name).filter(found -> NAME.matcher(found).matches());
  }

  /** The beginning of all paths whose names begin so. */
  static String prefix(String digits) {
    return digits.length() <= 2
        ? ROOT + digits
        : ROOT + digits.substring(0, 2) + "/" + digits.substring(2);
  }
}
