package dev.fovea.registry.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param next the token of the part after it; absent on the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
  /**
   * Makes a page of rows that were asked for with one more than fits, which tells whether there is
   * a next page.
   */
  public static <T> Page<T> cut(List<T> rows, int size, PageToken from) {
    return rows.size() <= size
        ? new Page<>(rows, Optional.empty())
        : new Page<>(
            rows.subList(0, size), Optional.of(new PageToken(from.offset() + size).text()));
  }

  /** The same page of other things. */
  public <R> Page<R> map(Function<T, R> change) {
    return new Page<>(items.stream().map(change).toList(), next);
  }
}
