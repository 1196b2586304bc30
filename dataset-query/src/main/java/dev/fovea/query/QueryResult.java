package dev.fovea.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query gives.
 *
 * @param columns their names, each once
 * @param rows values in the columns' order: text, numbers, true and false, or null; anything else
 *     as DuckDB writes it
 * @param more whether there were more rows than the limit
 */
public record QueryResult(List<String> columns, List<List<@Nullable Object>> rows, boolean more) {
  public QueryResult {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * Refuses one that was cut off, for whoever makes a subset of it.
   *
   * @throws QueryProblem when there were more rows than the limit
   */
  void requireAll() {
    if (more) {
      throw new QueryProblem(
          "the query chooses more than %d images".formatted(rows.size()),
          "make several subsets of them");
    }
  }
}
