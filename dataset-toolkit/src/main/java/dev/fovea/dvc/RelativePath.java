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
    if (path.startsWith("/") || path.matches("(?s)[A-Za-z]:.*")) {
      return Optional.of("is absolute (expected: relative to the dataset folder)");
    }
    if (path.indexOf('\\') >= 0) {
      return Optional.of("has a backslash (expected: '/' between folders)");
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("has a control character");
    }
    if (path.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      return Optional.of("is no valid Unicode");
    }
    for (var segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        return Optional.of("leaves the dataset folder");
      }
      if (segment.isEmpty() || segment.equals(".")) {
        return Optional.of("has an empty or '.' segment");
      }
    }
    return Optional.empty();
  }
}
