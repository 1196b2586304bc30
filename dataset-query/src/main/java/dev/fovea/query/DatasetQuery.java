package dev.fovea.query;

import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.query.engine.HeldFolder;
import dev.fovea.query.engine.Request;
import dev.fovea.query.engine.Request.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SQL over a dataset's labels. The tables are made once for a content of the folder, and kept in
 * {@code .dvc/tmp/fovea/query}, where neither Git nor DVC looks.
 */
public final class DatasetQuery {
  private static final Set<KnownFormat> SIZELESS = EnumSet.of(KnownFormat.CSV, KnownFormat.FOLDER);

  private final KeptTables kept;
  private final LabelledFolder dataset;

  private final Running running;

  /** Queries in processes of their own. */
  public DatasetQuery(WorkingCopy copy, LabelledFolder dataset) {
    this(
        copy,
        dataset,
        (workplace, sql, limits, files, request) ->
            new EngineProcess(workplace, sql, limits, files).run(request));
  }

  DatasetQuery(WorkingCopy copy, LabelledFolder dataset, Running running) {
    this.running = running;
    this.kept = new KeptTables(copy.settings().resolve("tmp").resolve("fovea").resolve("query"));
    this.dataset = dataset;
  }

  /** Where queries run. */
  @FunctionalInterface
  interface Running {
    /**
     * Runs one.
     *
     * @param files how many the dataset has
     */
    QueryResult run(
        Workplace workplace, SqlText sql, QueryLimits limits, int files, Request request)
        throws IOException;
  }

  /**
   * The rows, in the query's order.
   *
   * @throws QueryProblem when the SQL is wrong, or took more than it may
   */
  public QueryResult rows(SqlText sql, QueryLimits limits) throws IOException {
    return run(sql, limits, false);
  }

  /**
   * The values of the column {@code path}, each once, sorted; the same for the same dataset and
   * query.
   *
   * @throws QueryProblem when there is no such column, one is null, or the query gives something
   *     else each time
   */
  public List<String> paths(SqlText sql, QueryLimits limits) throws IOException {
    sql.requireNoSample();
    var result = run(sql, limits.forPaths(), true);
    result.requireAll();
    return result.rows().stream().map(DatasetQuery::path).toList();
  }

  private static String path(List<@Nullable Object> row) {
    if (row.getFirst() instanceof String path) {
      return path;
    }
    throw new QueryProblem(
        "the column path has the value %s (expected: paths of images)".formatted(row.getFirst()),
        "leave those rows out");
  }

  private QueryResult run(SqlText sql, QueryLimits limits, boolean paths) throws IOException {
    try (var workplace = kept.workplace()) {
      var held = dataset.held();
      var files = workplace.folder().resolve("files");
      HeldFolder.write(held, files);
      boolean sizes = sizes(sql);
      var request =
          new Request(
              new Labels(
                  files.toString(),
                  held.root().toString(),
                  held.cached(),
                  dataset.format(),
                  dataset.task().orElse(null),
                  sizes),
              null,
              tables(sizes).toString(),
              sql.statement(),
              paths ? sql.calls() : List.of(),
              paths,
              limits.rows(),
              limits.memoryBytes());
      return running.run(workplace, sql, limits, held.files().size(), request);
    } finally {
      kept.removeOld();
    }
  }

  /**
   * Whether images are opened for the sizes that their labels do not say. Where labels never say
   * them that is all images, so it is done only for those who may ask.
   */
  private boolean sizes(SqlText sql) {
    boolean stated = !SIZELESS.contains(dataset.format());
    return stated || sql.mayAskForSizes() || Files.exists(tables(true));
  }

  private Path tables(boolean sizes) {
    var task = dataset.task().map(each -> "-" + each).orElse("");
    return kept.file(
        "%s-%s%s%s"
            .formatted(dataset.held().name(), dataset.format(), task, sizes ? "-sizes" : ""));
  }
}
