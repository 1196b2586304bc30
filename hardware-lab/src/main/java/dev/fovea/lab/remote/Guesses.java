package dev.fovea.lab.remote;

import dev.fovea.roles.TooManyRequests;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts what failed lately, by address, so that nobody tries codes or keys by the thousand. Kept
 * in this process: a lab of several processes allows that many more, which 128 bits don't mind.
 */
final class Guesses {
  private static final int MOST = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int ADDRESSES = 10_000;

  private final Map<String, Deque<Long>> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Long>> eldest) {
          return size() > ADDRESSES;
        }
      };

  /**
   * @throws TooManyRequests when this address failed ten times within the last minute
   */
  synchronized void check(String address) {
    var known = failures.get(address);
    if (known == null) {
      return;
    }
    long now = System.nanoTime();
    while (!known.isEmpty() && now - known.getFirst() > WINDOW.toNanos()) {
      known.removeFirst();
    }
    if (known.size() >= MOST) {
      throw new TooManyRequests(
          "%d wrong codes or keys came from this address within a minute (expected: fewer)"
              .formatted(MOST),
          WINDOW,
          "wait a minute, then try again with a code of 'fovea device invite'");
    }
  }

  synchronized void failed(String address) {
    var known = failures.computeIfAbsent(address, _ -> new ArrayDeque<>());
    if (known.size() >= MOST) {
      known.removeFirst();
    }
    known.addLast(System.nanoTime());
  }
}
