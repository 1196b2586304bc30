package dev.fovea.web.runs;

import dev.fovea.registry.RunFiles.File;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A table as {@code mlflow.log_table} writes it: {@code {"columns": […], "data": [[…], …]}}.
 *
 * @param rows each with a cell for each column
 */
record LoggedTable(List<String> columns, List<List<JsonNode>> rows) {
  private static final long MOST_BYTES = 1L << 20;
  private static final int MOST_COLUMNS = 20;
  private static final int MOST_ROWS = 20_000;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(4)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .build();

  /** Reads a file of a run; absent where it is large, or no such table. */
  static Optional<LoggedTable> of(File file, ObjectStore objects) throws IOException {
    if (file.bytes() > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      return of(objects.bytes(file.digest(), MOST_BYTES));
    } catch (NoSuchObject e) {
      return Optional.empty();
    }
  }

  static Optional<LoggedTable> of(byte[] json) {
    try {
      return of(JSON.readTree(json));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<LoggedTable> of(JsonNode table) {
    var columns = table.path("columns");
    var data = table.path("data");
    boolean isTable =
        columns.isArray()
            && data.isArray()
            && columns.size() <= MOST_COLUMNS
            && data.size() <= MOST_ROWS
            && columns.valueStream().allMatch(JsonNode::isString)
            && data.valueStream().allMatch(row -> row.isArray() && row.size() == columns.size());
    if (!isTable) {
      return Optional.empty();
    }
    var rows = new ArrayList<List<JsonNode>>();
    data.forEach(row -> rows.add(row.valueStream().toList()));
    return Optional.of(
        new LoggedTable(columns.valueStream().map(JsonNode::stringValue).toList(), rows));
  }

  /** Where a column is; below 0 where there is none. */
  int column(String name) {
    return columns.indexOf(name);
  }
}
