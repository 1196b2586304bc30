package dev.fovea.query;

import dev.fovea.query.engine.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
              List.of(),
              false,
              limits.rows(),
              limits.memoryBytes());
      return new EngineProcess(workplace, sql, limits, 0).run(request);
    } finally {
      kept.removeOld();
    }
  }
}
