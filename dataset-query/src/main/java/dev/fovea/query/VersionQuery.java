package dev.fovea.query;

import dev.fovea.dvc.cache.Held;
import dev.fovea.kernel.Text;
import dev.fovea.query.engine.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL over what a version's manifest says: the same tables as of labels, without the columns that
 * it says nothing of.
 */
public final class VersionQuery {
  private final KeptTables kept;
  private final String version;
  private final Manifest manifest;

  /**
   * @param kept where the tables of the latest versions are kept; made where it is not there
   * @param version the 64 hex digits of its digest
   * @param manifest asked for where the version's tables are not kept
   */
  public VersionQuery(Path kept, String version, Manifest manifest) {
    this.kept = new KeptTables(kept);
    this.version = version;
    this.manifest = manifest;
  }

  /** Where a manifest comes from. */
  @FunctionalInterface
  public interface Manifest {
    /**
     * Writes it, and checks that it is the version's.
     *
     * @param file that is not there yet
     */
    void write(Path file) throws IOException;
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
   * The images of the column {@code path}, as the manifest knows them, each once, sorted; the same
   * for the same version and query.
   *
   * @throws QueryProblem when there is no such column, it names what is no image of the version, or
   *     the query gives something else each time
   */
  public List<Held.File> images(SqlText sql, QueryLimits limits) throws IOException {
    sql.requireNoSample();
    var result = run(sql, limits.forPaths(), true);
    result.requireAll();
    if (result.rows().isEmpty()) {
      throw new QueryProblem("the query chooses no image", "look at it without --into");
    }
    var images = new ArrayList<Held.File>();
    for (var row : result.rows()) {
      if (!(row.get(0) instanceof String path
          && row.get(1) instanceof String md5
          && row.get(2) instanceof Number bytes
          && bytes.longValue() >= 0)) {
        throw new QueryProblem(
            "the column path has the value '%s', which is no image of the version"
                .formatted(Text.excerpt(String.valueOf(row.getFirst()))),
            "select path from images, or leave those rows out");
      }
      if (!images.isEmpty() && images.getLast().path().equals(path)) {
        throw new QueryProblem(
            "the version's manifest has '%s' twice".formatted(Text.excerpt(path)),
            "tell whoever runs the server");
      }
      images.add(new Held.File(path, md5, bytes.longValue()));
    }
    return images;
  }

  private QueryResult run(SqlText sql, QueryLimits limits, boolean paths) throws IOException {
    try (var workplace = kept.workplace()) {
      var file = workplace.folder().resolve("manifest.json");
      var tables = kept.file(version + "-version");
      if (!Files.exists(tables)) {
        manifest.write(file);
      }
      var request =
          new Request(
              null,
              file.toString(),
              tables.toString(),
              sql.statement(),
              paths ? sql.calls() : List.of(),
              paths,
              limits.rows(),
              limits.memoryBytes());
      return new EngineProcess(workplace, sql, limits, 0).run(request);
    } finally {
      kept.removeOld();
    }
  }
}
