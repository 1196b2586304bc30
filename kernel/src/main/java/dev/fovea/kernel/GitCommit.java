package dev.fovea.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A Git commit's object name: 40 lower-case hex digits (SHA-1 repositories). */
public record GitCommit(String sha) {
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");

  public GitCommit {
    if (!SHA.matcher(sha).matches()) {
      throw new IllegalArgumentException(
          "commit: '%s' (expected: 40 lower-case hex digits)".formatted(Text.excerpt(sha)));
    }
  }

  @JsonCreator
  public static GitCommit of(String sha) {
    return new GitCommit(sha);
  }

  /** The same as {@link #of}, under the name that Spring's conversion looks for. */
  public static GitCommit valueOf(String sha) {
    return new GitCommit(sha);
  }

  /** The first eight digits. */
  public String abbreviated() {
    return sha.substring(0, 8);
  }

  @Override
  @JsonValue
  public String toString() {
    return sha;
  }
}
