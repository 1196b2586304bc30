package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.registry.RunFiles;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The paths of a run's files. */
@Component
final class RunFileRows {
  private static final int SHOWN = 500;
  private static final int COUNTED = 10_000;

  private final JdbcClient searches;

  RunFileRows(DataSource source) {
    this.searches = Sql.bounded(source);
  }

  /** The one of this path, to the letter. */
  Optional<RunFiles.File> find(String run, String path) {
    // No text of the database holds U+0000.
    return path.indexOf(0) >= 0
        ? Optional.empty()
        : searches
            .sql("select path, digest, bytes from registry.artifact where owner = ? and path = ?")
            .params(run, path)
            .query((row, _) -> file(row))
            .optional();
  }

  private static RunFiles.File file(ResultSet row) throws SQLException {
    return new RunFiles.File(
        row.getString("path"), Digest.parse(row.getString("digest")), row.getLong("bytes"));
  }

  /** Those of a folder, or all. */
  RunFiles of(String run, String folder) {
    var prefix = folder.isEmpty() ? "" : folder + "/";
    var files =
        searches
            .sql(
                """
                select path, digest, bytes from registry.artifact
                where owner = ? and starts_with(path, ?) order by path limit ?
                """)
            .params(run, prefix, SHOWN)
            .query((row, _) -> file(row))
            .list();
    int all =
        searches
            .sql(
                """
                select count(*) from (select 1 from registry.artifact
                where owner = ? and starts_with(path, ?) limit ?) c
                """)
            .params(run, prefix, COUNTED)
            .query(Integer.class)
            .single();
    return new RunFiles(files, all);
  }
}
