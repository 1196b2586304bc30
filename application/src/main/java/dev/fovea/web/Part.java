package dev.fovea.web;

import dev.fovea.kernel.Problem;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A part of a page that another service fills: what it said, or why there is nothing now. So a
 * service that does not answer costs a panel, not the page.
 *
 * @param value what the service said; absent where it did not answer
 * @param what what happened, in a sentence; empty where there is a value
 * @param remedy what to do about it; empty where there is a value
 */
public record Part<T>(Optional<T> value, String what, String remedy) {
  /** Asks; a problem becomes the part's content. */
  public static <T> Part<T> of(Supplier<T> question) {
    try {
      return new Part<>(Optional.of(question.get()), "", "");
    } catch (Problem problem) {
      return new Part<>(Optional.empty(), problem.explanation(), problem.remedy());
    }
  }

  /** Whether the service answered. */
  public boolean there() {
    return value.isPresent();
  }

  /** What the service said, or this where it did not answer. */
  public T or(T otherwise) {
    return value.orElse(otherwise);
  }
}
