package dev.fovea.lab.agent.remote;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses that double up to 15 s, each of a random length, so that agents that lost their lab at the
 * same moment don't come back at the same moment.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 15_000;
  private long bound = FIRST_MILLIS;

  void sleep() throws InterruptedException {
    Thread.sleep(Duration.ofMillis(next()));
  }

  long next() {
    long pause = ThreadLocalRandom.current().nextLong(bound / 2, bound + 1);
    bound = Math.min(2 * bound, LONGEST_MILLIS);
    return pause;
  }

  void reset() {
    bound = FIRST_MILLIS;
  }
}
