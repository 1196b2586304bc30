package dev.fovea.roles.queue;

import java.util.regex.Pattern;

/**
 * A kind of background work that a queue can hold.
 *
 * @param name unique in its queue
 * @param data what the work needs to know, a record that Jackson reads and writes
 * @param body what it does: run again after a failure or a crash, so idempotent; a {@code Problem}
 *     of kind INVALID or REFUSED ends it
 */
public record Work<T>(String name, Class<T> data, Body<T> body) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,60}");

  public Work {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "work name: '%s' (expected: 1 to 61 lower-case letters, digits and hyphens)"
              .formatted(name));
    }
  }

  /** What it does. */
  @FunctionalInterface
  public interface Body<T> {
    void run(T data) throws Exception;
  }
}
