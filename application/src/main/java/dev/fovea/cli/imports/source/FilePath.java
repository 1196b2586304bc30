package dev.fovea.cli.imports.source;

import dev.fovea.kernel.Text;
import java.util.Optional;

/** The path of a file as a source writes it, looked at before anything is made of it. */
public final class FilePath {
  private static final int MOST_CHARS = 1_900;

  private FilePath() {}

  /** What is wrong with a path; empty where it stays below its folder. */
  public static Optional<String> fault(String path) {
    if (path.length() > MOST_CHARS) {
      return Optional.of(
          "a path of %d characters (expected: at most %d)".formatted(path.length(), MOST_CHARS));
    }
    for (var segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return Optional.of("'%s' has an empty or dotted segment".formatted(Text.excerpt(path)));
      }
    }
    if (path.indexOf('\\') >= 0 || path.chars().anyMatch(Character::isISOControl)) {
      return Optional.of(
          "'%s' has a backslash or a control character".formatted(Text.excerpt(path)));
    }
    return Optional.empty();
  }
}
