package dev.fovea.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks again until the answer is there, and not for ever. */
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private Patience() {}

  /**
   * The first answer that will do.
   *
   * @throws IllegalStateException when none came in time; says what the last one was
   */
  static <T> T until(String what, Duration limit, Supplier<T> ask, Predicate<T> enough)
      throws InterruptedException {
    var deadline = Instant.now().plus(limit);
    while (true) {
      var answer = ask.get();
      if (enough.test(answer)) {
        return answer;
      }
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "%s: not within %d s; the last answer was %s"
                .formatted(what, limit.toSeconds(), words(answer)));
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private static String words(Object answer) {
    return answer instanceof Optional<?> found
        ? found.map(String::valueOf).orElse("that there is none yet")
        : answer.toString();
  }
}
