package dev.fovea.datasets;

import dev.fovea.kernel.GitCommit;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A push that reached the quality gate.
 *
 * @param branch the branch it was for
 * @param accepted whether the branch moved
 * @param findings what the gate found; warnings may be in an accepted push
 */
public record Push(
    UUID id,
    GitCommit commit,
    String branch,
    String who,
    boolean accepted,
    List<Finding> findings,
    Instant at) {
  /**
   * One thing that the gate found.
   *
   * @param file where: a path in the dataset or the repository
   * @param line in that file, from 1; 0 where the whole file is meant
   * @param check its short name, such as {@code undecodable}
   * @param refuses whether the push is refused because of it
   * @param text what is there and what was expected
   */
  public record Finding(String file, int line, String check, boolean refuses, String text) {
    /** The file, and its line where one is meant. */
    public String place() {
      return line > 0 ? file + ":" + line : file;
    }

    /** All of it in one line. */
    public String sentence() {
      return "%s: %s: %s".formatted(place(), check, text);
    }
  }
}
