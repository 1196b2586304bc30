package dev.fovea.dvc;

import java.util.Optional;

/**
 * Whether a path written by somebody else stays inside its folder on every system that will check
 * it out.
 */
public final class RelativePath {
  private static final int MAX_CHARS = 1024;

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
    return length == 2 && path.startsWith("..", from)
        ? Optional.of("leaves the dataset folder")
        : Optional.empty();
  }
}
