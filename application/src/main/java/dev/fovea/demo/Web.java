package dev.fovea.demo;

import dev.fovea.roles.RemoteApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Plain HTTP with a person's token: what the stock clients send. */
final class Web implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RemoteApi person;

  Web(RemoteApi person) {
    this.person = person;
  }

  /** An answer. */
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    boolean good() {
      return status / 100 == 2;
    }
  }

  Answer send(String method, String path, String contentType, byte[] body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(person.address() + path))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + person.token().orElse(""))
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    var answer = http.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(answer.statusCode(), answer.body());
  }

  /**
   * The same, for what must succeed.
   *
   * @throws dev.fovea.kernel.Problem as the server told it
   * @throws IOException when it answered otherwise
   */
  Answer require(String method, String path, String contentType, byte[] body)
      throws IOException, InterruptedException {
    var answer = send(method, path, contentType, body);
    if (!answer.good()) {
      var problem = RemoteApi.problem(answer.status(), answer.body());
      if (problem.isPresent()) {
        throw problem.get();
      }
      throw new IOException(
          "%s %s answered %d: %s".formatted(method, path, answer.status(), answer.text()));
    }
    return answer;
  }

  @Override
  public void close() {
    http.close();
  }
}
