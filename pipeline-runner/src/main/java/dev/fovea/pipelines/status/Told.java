package dev.fovea.pipelines.status;

import java.time.Duration;
import java.util.Optional;

/** What came of telling a Git host. */
sealed interface Told {
  /** It knows now. */
  record Taken(int answered) implements Told {}

  /** It will never take this one. */
  record Refused(int answered, String why) implements Told {}

  /**
   * Not this time.
   *
   * @param answered its status, where it answered
   * @param rest how long the host wants to be left alone
   * @param misconfigured whether somebody has to mend a token, a right or a name
   */
  record Failed(
      Optional<Integer> answered, String why, Optional<Duration> rest, boolean misconfigured)
      implements Told {}
}
