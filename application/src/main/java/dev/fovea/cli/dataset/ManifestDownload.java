package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Client;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Gets a version's manifest, byte for byte; who gets it checks it. */
final class ManifestDownload {
  private static final long LIMIT_BYTES = 1L << 30;
  private static final int BUFFER = 256 << 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private ManifestDownload() {}

  /**
   * Writes it to a file, whole or not at all.
   *
   * @param file that is not there yet
   */
  static void of(Client server, DatasetVersion version, Path file) throws IOException {
    if (Files.exists(file)) {
      throw new InvalidRequest("%s is there already".formatted(file), "name another file");
    }
    var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".manifest", ".new");
    try (var in = open(server, version)) {
      copy(in, fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
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
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/api/v1/projects/%s/datasets/%s/versions/%s/manifest"
                        .formatted(
                            server.address(),
                            version.project(),
                            version.dataset(),
                            version.digest())))
            .timeout(PATIENCE);
    server.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    var http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        answer.body().close();
        throw new ServiceUnavailable(
            "fovea",
            "the server answered %d for the manifest of %s@%d"
                .formatted(answer.statusCode(), version.dataset(), version.number()),
            "try again; the server's log says more");
      }
      return answer.body();
    } catch (ConnectException e) {
      throw new ServiceUnavailable(
          "fovea", "no server answers at " + server.address(), "start one with 'fovea serve'");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
