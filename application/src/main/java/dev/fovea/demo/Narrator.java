package dev.fovea.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.IntConsumer;

/**
 * Tells the story: one line a step as it happens, a bar while a step is long and a person watches.
 */
final class Narrator {
  private static final int BAR_CHARS = 24;
  private static final Duration REDRAWN = Duration.ofMillis(100);
  private final PrintStream out;
  private final boolean watched;
  private final InstantSource clock;
  private final Instant began;
  private Instant drawn = Instant.EPOCH;

  Narrator(PrintStream out) {
    this(
        out,
        System.console() != null && !"dumb".equals(System.getenv("TERM")),
        InstantSource.system());
  }

  /**
   * @param watched whether {@code out} is a terminal that a person looks at
   */
  Narrator(PrintStream out, boolean watched, InstantSource clock) {
    this.out = out;
    this.watched = watched;
    this.clock = clock;
    this.began = clock.instant();
  }

  /** Something went as it should. */
  void done(String what, String result) {
    line("✓", what, result);
  }

  /** Something was refused, as it should be. */
  void refused(String what, String result) {
    line("✗", what, result);
  }

  /** A person is asked for something. */
  void waiting(String what, String result) {
    line("⏸", what, result);
  }

  /** A line that belongs to the one above. */
  void detail(String text) {
    clear();
    text.lines().forEach(line -> out.println("           " + line));
  }

  /** Plain text. */
  void say(String text) {
    clear();
    out.println(text);
  }

  /** A bar that is redrawn in place; nothing where nobody watches. */
  IntConsumer progress(String what, int total) {
    return done -> {
      if (watched && total > 0 && Duration.between(drawn, clock.instant()).compareTo(REDRAWN) > 0) {
        drawn = clock.instant();
        int full = Math.min(BAR_CHARS, done * BAR_CHARS / total);
        out.print(
            "\r  …%5s  %s%s %s %d of %d "
                .formatted(
                    elapsed(), "█".repeat(full), "░".repeat(BAR_CHARS - full), what, done, total));
        out.flush();
      }
    };
  }

  private void line(String sign, String what, String result) {
    clear();
    out.println("  %s %5s  %-34s %s".formatted(sign, elapsed(), what, result).stripTrailing());
    out.flush();
  }

  private String elapsed() {
    return Duration.between(began, clock.instant()).toSeconds() + " s";
  }

  private void clear() {
    if (watched) {
      out.print("\r\u001b[2K");
    }
  }
}
