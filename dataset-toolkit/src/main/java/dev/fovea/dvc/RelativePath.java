package dev.fovea.dvc;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a path written by somebody else stays inside its folder on every system that will check
 * it out, and out of what Git, Mercurial and DVC keep there.
 */
public final class RelativePath {
  private static final int MAX_CHARS = 1024;

  /** What these tools keep is read as settings and run as hooks. */
  private static final Set<String> KEPT = Set.of(".git", "git~1", ".hg", ".dvc");

  private RelativePath() {}

  /** Why this path may not be used inside a folder; absent when it may. */
  public static Optional<String> fault(String path) {
    if (path.isEmpty()) {
      return Optional.of("is empty");
    }
    if (path.length() > MAX_CHARS) {
      return Optional.of(
          "has %d characters (expected: at most %d)".formatted(path.length(), MAX_CHARS));
    }
    if (path.charAt(0) == '/' || hasDrive(path)) {
      return Optional.of("is absolute (expected: relative to the dataset folder)");
    }
    int segment = 0;
    for (int i = 0; i <= path.length(); i++) {
      char c = i == path.length() ? '/' : path.charAt(i);
      if (c == '/') {
        var fault = segmentFault(path, segment, i);
        if (fault.isPresent()) {
          return fault;
        }
        segment = i + 1;
      } else if (c == '\\') {
        return Optional.of("has a backslash (expected: '/' between folders)");
      } else if (Character.isISOControl(c)) {
        return Optional.of("has a control character");
      } else if (Character.isSurrogate(c)) {
        int whole = path.codePointAt(i);
        if (Character.getType(whole) == Character.SURROGATE) {
          return Optional.of("is no valid Unicode");
        }
        i++;
      }
    }
    return Optional.empty();
  }

  private static boolean hasDrive(String path) {
    return path.length() > 1
        && path.charAt(1) == ':'
        && (path.charAt(0) | 0x20) >= 'a'
        && (path.charAt(0) | 0x20) <= 'z';
  }

  private static Optional<String> segmentFault(String path, int from, int to) {
    int length = to - from;
    if (length == 0 || length == 1 && path.charAt(from) == '.') {
      return Optional.of("has an empty or '.' segment");
    }
    if (length == 2 && path.startsWith("..", from)) {
      return Optional.of("leaves the dataset folder");
    }
    return mayBeKept(path.charAt(from)) && KEPT.contains(asFound(path.substring(from, to)))
        ? Optional.of("has a segment that Git, Mercurial or DVC would take for its own folder")
        : Optional.empty();
  }

  private static boolean mayBeKept(char first) {
    return first == '.' || (first | 0x20) == 'g' || first > 0x7f;
  }

  /**
   * What a name finds on a system that takes no notice of case; on macOS none of marks without a
   * width either, and on Windows none of what follows a colon and of dots and spaces at the end
   * (CVE-2014-9390).
   */
  private static String asFound(String name) {
    var seen = new StringBuilder();
    name.codePoints()
        .takeWhile(c -> c != ':')
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .forEach(seen::appendCodePoint);
    while (!seen.isEmpty() && " .".indexOf(seen.charAt(seen.length() - 1)) >= 0) {
      seen.setLength(seen.length() - 1);
    }
    return seen.toString().toLowerCase(Locale.ROOT);
  }
}
