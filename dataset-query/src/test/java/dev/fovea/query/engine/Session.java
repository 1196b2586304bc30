package dev.fovea.query.engine;

import dev.fovea.dvc.cache.Held;
import dev.fovea.query.LabelledFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The engine in this process, for queries that come back. */
final class Session {
  static final long MEMORY = 64L << 20;

  private final Path database;
  private final LabelledFolder dataset;
  private final Path list;

  Session(LabelledFolder dataset, Path folder) throws Exception {
    this.dataset = dataset;
    database = folder.resolve("tables.duckdb");
    list = Files.createDirectories(folder.resolve("work")).resolve("files");
    HeldFolder.write(dataset.held(), list);
    new Loading(labels()).load(database, MEMORY);
  }

  private Request request(String sql, List<String> calls, boolean paths, long rows) {
    return new Request(labels(), null, database.toString(), sql, calls, paths, rows, MEMORY);
  }

  private Request.Labels labels() {
    Held held = dataset.held();
    return new Request.Labels(
        list.toString(),
        held.root().toString(),
        held.cached(),
        dataset.format(),
        dataset.task().orElse(null),
        true);
  }

  Path database() {
    return database;
  }

  /** Everything that is said. */
  List<List<@Nullable Object>> answer(String sql, List<String> calls, boolean paths, long rows)
      throws IOException, SQLException {
    var out = new ByteArrayOutputStream();
    try (var confined = Database.confined(database, MEMORY)) {
      new Selecting(confined, request(sql, calls, paths, rows)).answer(new Answers(out));
    }
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .<List<@Nullable Object>>map(line -> JsonMapper.shared().readValue(line, List.class))
        .toList();
  }

  /** The rows alone. */
  List<List<@Nullable Object>> rows(String sql) throws IOException, SQLException {
    return answer(sql, List.of(), false, 100).stream()
        .filter(line -> Answers.ROW.equals(line.getFirst()))
        .<List<@Nullable Object>>map(line -> line.subList(1, line.size()))
        .toList();
  }
}
