package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.registry.RunFiles;
import dev.fovea.registry.RunFolder;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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

  /** What a folder holds directly, behind a key; a name may be a file's and a folder's at once. */
  RunFolder folder(String run, String folder, String after, int limit) {
    if (folder.indexOf(0) >= 0 || after.indexOf(0) >= 0) {
      return new RunFolder(List.of(), false);
    }
    var prefix = folder.isEmpty() ? "" : folder + "/";
    var found =
        searches
            .sql(
                """
                select key, count(*) as files, sum(bytes) as bytes, min(digest) as digest from (
                  select split_part(rest, '/', 1) || case when strpos(rest, '/') > 0 then '/' else '' end as key, digest, bytes
                  from (select substr(path, ?) as rest, digest, bytes from registry.artifact where owner = ? and starts_with(path, ?)) f) k
                where key collate "C" > ? group by key order by key collate "C" limit ?
                """)
            .params(prefix.codePointCount(0, prefix.length()) + 1, run, prefix, after, limit + 1)
            .query((row, _) -> entry(row))
            .list();
    return new RunFolder(found.stream().limit(limit).toList(), found.size() > limit);
  }

  private static RunFolder.Entry entry(ResultSet row) throws SQLException {
    var key = row.getString("key");
    boolean isFolder = key.endsWith("/");
    return new RunFolder.Entry(
        isFolder ? key.substring(0, key.length() - 1) : key,
        row.getLong("files"),
        row.getLong("bytes"),
        isFolder ? Optional.empty() : Optional.of(Digest.parse(row.getString("digest"))));
  }
}
