package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.dvc.cache.Held;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.query.QueryLimits;
import dev.fovea.query.QueryProblem;
import dev.fovea.query.QueryResult;
import dev.fovea.query.SqlText;
import dev.fovea.query.VersionQuery;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * SQL over a dataset version of a server. The server gives the version's manifest and runs nothing:
 * the query runs here, as that of a working copy does.
 */
final class ServerQuery {
  private final Connection server;

  ServerQuery(Connection server) {
    this.server = server;
  }

  /**
   * The version that a person means.
   *
   * @param text {@code DATASET} for its newest, or {@code DATASET@VERSION}
   */
  DatasetVersion version(String text) {
    return text.contains("@")
        ? VersionName.parse(text).find(server)
        : server.api(Datasets.class).head(server.project(), Name.of(text));
  }

  QueryResult rows(DatasetVersion version, SqlText sql, QueryLimits limits) throws IOException {
    return query(version).rows(sql, limits);
  }

  List<Held.File> images(DatasetVersion version, SqlText sql, QueryLimits limits)
      throws IOException {
    return query(version).images(sql, limits);
  }

  private VersionQuery query(DatasetVersion version) throws IOException {
    var kept = Home.open(ServerOptions.defaultHome()).folder().resolve("query");
    return new VersionQuery(kept, version.digest().hex(), file -> download(version, file));
  }

  private void download(DatasetVersion version, Path file) throws IOException {
    ManifestDownload.of(server.client(), version, file);
    var found = Digest.sha256(file);
    if (!found.equals(version.digest())) {
      throw new QueryProblem(
          "the server sent the manifest %s for %s@%d (expected: %s)"
              .formatted(found, version.dataset(), version.number(), version.digest()),
          "try again; if it stays so, its object store is damaged: tell whoever runs the server");
    }
  }
}
