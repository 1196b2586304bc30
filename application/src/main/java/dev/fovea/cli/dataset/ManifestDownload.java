package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Client;
import dev.fovea.cli.terminal.NewFile;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gets a version's manifest, byte for byte; who gets it checks it. */
final class ManifestDownload {
  private static final long LIMIT_BYTES = 1L << 30;
  private static final int BUFFER = 256 << 10;

  private ManifestDownload() {}

  /**
   * Writes it to a file, whole or not at all.
   *
   * @param file that is not there yet
   */
  static void of(Client server, DatasetVersion version, Path file) throws IOException {
    var kept = new NewFile(file).requirePlace();
    try (var in = open(server, version)) {
      kept.write(fresh -> copy(in, fresh));
    }
  }

  private static void copy(InputStream in, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      var buffer = new byte[BUFFER];
      long bytes = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
        if (bytes > LIMIT_BYTES) {
          throw new IOException(
              "the server sends a manifest of more than %d bytes".formatted(LIMIT_BYTES));
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private static InputStream open(Client server, DatasetVersion version) throws IOException {
    var answer =
        server.open(
            "/api/v1/projects/%s/datasets/%s/versions/%s/manifest"
                .formatted(version.project(), version.dataset(), version.digest()));
    if (answer.statusCode() != 200) {
      answer.body().close();
      throw new ServiceUnavailable(
          "fovea",
          "the server answered %d for the manifest of %s@%d"
              .formatted(answer.statusCode(), version.dataset(), version.number()),
          "try again; the server's log says more");
    }
    return answer.body();
  }
}
