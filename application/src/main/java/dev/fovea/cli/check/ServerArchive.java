package dev.fovea.cli.check;

import dev.fovea.cli.terminal.Client;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Replay;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The releases of a project as its server has them. */
final class ServerArchive implements Replay.Archive {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MOST_PROBLEM_BYTES = 1 << 20;

  private final Client server;
  private final Name project;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  ServerArchive(Client server, Name project) {
    this.server = server;
    this.project = project;
  }

  @Override
  public List<Release> releases() {
    return server.api(Releases.class).releases(project);
  }

  @Override
  public Measures measures(Digest release) {
    return server.api(Releases.class).measures(project, release);
  }

  @Override
  public InputStream evaluation(Digest release, Digest evaluation) throws IOException {
    var address =
        "%s/api/v1/projects/%s/releases/%s/measures/%s"
            .formatted(server.address(), project, release, evaluation);
    var request = HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE);
    server.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    try {
      var answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() == 200) {
        return answer.body();
      }
      try (var body = answer.body()) {
        throw RemoteApi.problem(answer.statusCode(), body.readNBytes(MOST_PROBLEM_BYTES))
            .orElseGet(() ->
                new ServiceUnavailable(
                    "fovea",
                    "the server answered %d for evaluation %s of release %s"
                        .formatted(
                            answer.statusCode(), evaluation.abbreviated(), release.abbreviated()),
                    "try again; the server's log says more"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server answered", e);
    }
  }
}
