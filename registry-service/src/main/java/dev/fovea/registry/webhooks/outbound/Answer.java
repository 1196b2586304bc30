package dev.fovea.registry.webhooks.outbound;

import java.time.Duration;
import java.util.Optional;

/** What came of sending something. */
public sealed interface Answer {
  /**
   * The receiver answered. What it said is not read: nobody is shown it, so that a hook is no
   * window into a network.
   *
   * @param retryAfter how long the receiver wants to be left alone, at most six hours
   */
  record Status(int code, Optional<Duration> retryAfter) implements Answer {}

  /** Nothing came back in time, or it was not sent at all. */
  record Nothing(String why) implements Answer {}

  /** Whether the receiver has taken it: 2xx. */
  default boolean isTaken() {
    return this instanceof Status(int code, _) && code / 100 == 2;
  }

  /** The status that came back. */
  default Optional<Integer> status() {
    return this instanceof Status(int code, _) ? Optional.of(code) : Optional.empty();
  }

  /** What went wrong, in words; empty where nothing did. */
  default String words() {
    return switch (this) {
      case Nothing(var why) -> why;
      case Status(int code, _) when code / 100 == 2 -> "";
      case Status(int code, _) when code / 100 == 3 ->
          "the receiver answered %d, a redirect, which is not followed; give its real address"
              .formatted(code);
      case Status(int code, _) -> "the receiver answered %d (expected: 2xx)".formatted(code);
    };
  }
}
