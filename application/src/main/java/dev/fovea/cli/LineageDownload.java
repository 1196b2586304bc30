package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.cli.terminal.NewFile;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Gets the lineage around a thing as the server streams it. */
final class LineageDownload {
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
    var kept = file.map(NewFile::new).map(NewFile::requirePlace);
    var answer = open(format, direction);
    try (var in = answer.body()) {
      if (kept.isPresent()) {
        kept.get().write(fresh -> Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING));
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

  private static int number(HttpResponse<?> answer, String header) {
    return (int) answer.headers().firstValueAsLong(header).orElse(0);
  }

  private HttpResponse<InputStream> open(String format, String direction) throws IOException {
    var answer =
        server.open(
            "/api/v1/projects/%s/lineage/%s/export?format=%s&direction=%s"
                .formatted(project, digest, format, direction));
    if (answer.statusCode() != 200) {
      answer.body().close();
      throw new ServiceUnavailable(
          "fovea",
          "the server answered %d for the lineage of %s"
              .formatted(answer.statusCode(), digest.abbreviated()),
          "try again; the server's log says more");
    }
    return answer;
  }
}
