package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.cli.terminal.NewFile;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Gets the report of a release, whole or not at all. */
final class ReportDownload {
  /** Fovea's reports are far smaller; what is larger comes from something else. */
  private static final long MOST_BYTES = 64L << 20;

  private final Client server;
  private final Name project;
  private final String digest;

  ReportDownload(Client server, Name project, String digest) {
    this.server = server;
    this.project = project;
    this.digest = digest;
  }

  /**
   * Writes it beside the file, then puts it in the file's place.
   *
   * @param force whether a file that is there gives way
   * @return how many bytes it has
   */
  long write(Path file, boolean force) throws IOException {
    var kept = new NewFile(file, "name another file, or use --force", force).requirePlace();
    try (var in = open()) {
      kept.write(fresh -> copy(in, fresh));
    }
    return Files.size(file);
  }

  private void copy(InputStream in, Path fresh) throws IOException {
    long all = 0;
    try (var out = Files.newOutputStream(fresh, StandardOpenOption.TRUNCATE_EXISTING)) {
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        all += n;
        if (all > MOST_BYTES) {
          throw unusable("more than %d MiB".formatted(MOST_BYTES >> 20));
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private InputStream open() throws IOException {
    var answer =
        server.open("/api/v1/projects/%s/releases/%s/report.html".formatted(project, digest));
    if (answer.statusCode() == 200 && isHtml(answer)) {
      return answer.body();
    }
    answer.body().close();
    throw answer.statusCode() == 404
        ? new NoSuchThing("release", digest, "'fovea release list' shows those of the project")
        : unusable("status %d".formatted(answer.statusCode()));
  }

  private static boolean isHtml(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
  }

  private ServiceUnavailable unusable(String what) {
    return new ServiceUnavailable(
        "fovea",
        "the server answered with %s for the report of release %s".formatted(what, digest),
        "try again; the server's log says more");
  }
}
