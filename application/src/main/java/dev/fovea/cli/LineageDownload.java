package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Gets the lineage around a thing as the server streams it. */
final class LineageDownload {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Client server;
  private final Name project;
  private final Digest digest;

  LineageDownload(Client server, Name project, Digest digest) {
    this.server = server;
    this.project = project;
    this.digest = digest;
  }

  /** How much the server sent, and what it left out. */
  record Told(int arrows, int returning, int cut) {}

  /** Writes it to a new file, whole or not at all; or else to the output. */
  Told write(String format, String direction, Optional<Path> file, PrintWriter out)
      throws IOException {
    if (file.isPresent() && Files.exists(file.get())) {
      throw new InvalidRequest("%s is there already".formatted(file.get()), "name another file");
    }
    var answer = open(format, direction);
    try (var in = answer.body()) {
      if (file.isPresent()) {
        keep(in, file.get());
      } else {
        new InputStreamReader(in, StandardCharsets.UTF_8).transferTo(out);
        if (!format.equals("openlineage")) {
          out.println();
        }
        out.flush();
      }
    }
    return new Told(
        number(answer, "Fovea-Arrows"),
        number(answer, "Fovea-Returning"),
        number(answer, "Fovea-Cut"));
  }

  private static void keep(InputStream in, Path file) throws IOException {
    var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".lineage", ".new");
    try {
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static int number(HttpResponse<?> answer, String header) {
    return (int) answer.headers().firstValueAsLong(header).orElse(0);
  }

  private HttpResponse<InputStream> open(String format, String direction) throws IOException {
    var address =
        "%s/api/v1/projects/%s/lineage/%s/export?format=%s&direction=%s"
            .formatted(server.address(), project, digest, format, direction);
    var request = HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE);
    server.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    // It outlives this method: its body is still to be read.
    var http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      var answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        answer.body().close();
        throw new ServiceUnavailable(
            "fovea",
            "the server answered %d for the lineage of %s"
                .formatted(answer.statusCode(), digest.abbreviated()),
            "try again; the server's log says more");
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server answered", e);
    }
  }
}
