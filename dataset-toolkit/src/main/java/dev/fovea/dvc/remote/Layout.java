package dev.fovea.dvc.remote;

import dev.fovea.dvc.Naming;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * DVC's names as paths (dvc-data 3.18, {@code hashfile/db}).
 *
 * @param root of all objects: empty, or with {@code /} at the end
 */
record Layout(String root) {
  /** That of DVC 3. */
  static final Layout USUAL = of(Naming.MD5);

  /** Longer than two letters, which DVC's gc would take for objects of its older layout. */
  static final String LEASES = "fovea/leases/";

  /** Objects that are there for a moment, to see what a store does with them. */
  static final String PROBES = "fovea/probes/";

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}(\\.dir)?");

  static Layout of(Naming naming) {
    return new Layout(naming.folder());
  }

  /** Such as {@code files/md5/ab/cdef…}. */
  String path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '%s' (expected: 32 hex digits, and .dir behind those of a folder)"
              .formatted(name));
    }
    return root + name.substring(0, 2) + "/" + name.substring(2);
  }

  /** The name of an object; absent where a path is none. */
  Optional<String> name(String path) {
    if (!path.startsWith(root)
        || path.length() < root.length() + 3
        || path.charAt(root.length() + 2) != '/') {
      return Optional.empty();
    }
    var name = path.substring(root.length()).replaceFirst("/", "");
    return Optional.of(name).filter(found -> NAME.matcher(found).matches());
  }

  /** The beginning of all paths whose names begin so. */
  String prefix(String digits) {
    return digits.length() <= 2
        ? root + digits
        : root + digits.substring(0, 2) + "/" + digits.substring(2);
  }
}
