package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Gets the report of a release, whole or not at all. */
final class ReportDownload {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

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
    if (Files.isDirectory(file)) {
      throw new InvalidRequest(file + " is a folder", "name a file in it");
    }
    if (!force && Files.exists(file)) {
      throw there(file);
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "%s is in no folder that is there".formatted(file), "make the folder first");
    }
    try (var in = open()) {
      var fresh = Files.createTempFile(folder, ".report", ".new");
      try {
        long bytes = copy(in, fresh);
        place(fresh, file, force);
        return bytes;
      } finally {
        Files.deleteIfExists(fresh);
      }
    }
  }

  /** A link fails where the name is taken, whoever took it in the meantime; a move would not. */
  private static void place(Path fresh, Path file, boolean force) throws IOException {
    if (force) {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      throw there(file);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No links on this file system: a move that replaces nothing is the next best.
      Files.move(fresh, file);
    }
  }

  private static InvalidRequest there(Path file) {
    return new InvalidRequest(
        "%s is there already".formatted(file), "name another file, or use --force");
  }

  private long copy(InputStream in, Path fresh) throws IOException {
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
    return all;
  }

  private InputStream open() throws IOException {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/api/v1/projects/%s/releases/%s/report.html"
                        .formatted(server.address(), project, digest)))
            .timeout(PATIENCE);
    server.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    // It outlives this method: its body is still to be read.
    var http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      var answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() == 200 && isHtml(answer)) {
        return answer.body();
      }
      answer.body().close();
      throw answer.statusCode() == 404
          ? new NoSuchThing("release", digest, "'fovea release list' shows those of the project")
          : unusable("status %d".formatted(answer.statusCode()));
    } catch (ConnectException e) {
      throw new ServiceUnavailable(
          "fovea",
          "%s does not answer".formatted(server.address()),
          "start the server, or name another one with --server");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server answered", e);
    }
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
