package dev.fovea.dvc.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An HTTP server, such as Fovea's own: {@code HEAD} asks, {@code GET} gets, {@code POST} or {@code
 * PUT} sends (dvc-http 2.32). It can't be listed, and nothing of it is removed.
 */
public final class HttpRemote implements Remote {
  private static final int NOT_FOUND = 404;
  private static final int FIRST_BAD = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String root;
  private final Map<String, String> headers;
  private final String method;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param headers of each request, such as {@code Authorization}
   * @param method that sends: {@code POST} or {@code PUT}
   */
  public HttpRemote(URI root, Map<String, String> headers, String method) {
    this.root = root.toString().replaceAll("/+$", "") + "/";
    this.headers = Map.copyOf(headers);
    this.method = method;
  }

  @Override
  public String address() {
    return root;
  }

  /** Its age is the server's affair: it counts as sent just now. */
  @Override
  public Optional<Listed> find(String name) throws IOException {
    return ask("HEAD", name, BodyPublishers.noBody(), BodyHandlers.discarding())
        .map(found ->
            new Listed(
                name, found.headers().firstValueAsLong("Content-Length").orElse(0), Instant.now()));
  }

  @Override
  public boolean lists() {
    return false;
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) {
    throw new UnsupportedOperationException("an HTTP remote can't be listed");
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return ask("GET", name, BodyPublishers.noBody(), BodyHandlers.ofInputStream())
        .map(HttpResponse::body);
  }

  @Override
  public void put(Upload object) throws IOException {
    var sent =
        ask(method, object.name(), BodyPublishers.ofFile(object.file()), BodyHandlers.discarding());
    if (sent.isEmpty()) {
      throw new RemoteRefused(root, "there is no such path", NOT_FOUND, new IOException(method));
    }
  }

  @Override
  public void mark(String name, String text) {}

  @Override
  public void unmark(String name) {}

  @Override
  public List<Marker> markers() {
    return List.of();
  }

  @Override
  public void remove(Collection<String> names) {
    throw new UnsupportedOperationException("nothing is removed from an HTTP remote");
  }

  /** Absent where there is no such object. */
  private <T> Optional<HttpResponse<T>> ask(
      String verb, String name, BodyPublisher body, BodyHandler<T> handler) throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create(root + Layout.path(name)))
            .timeout(PATIENCE)
            .method(verb, body);
    headers.forEach(request::header);
    return Persistence.asking(
        root,
        () -> {
          var response = http.send(request.build(), handler);
          int status = response.statusCode();
          if (Persistence.LATER.contains(status)) {
            throw new IOException("HTTP " + status);
          }
          if (status == NOT_FOUND) {
            return Optional.empty();
          }
          if (status >= FIRST_BAD) {
            throw new RemoteRefused(root, verb + " " + name, status, new IOException(verb));
          }
          return Optional.of(response);
        });
  }

  @Override
  public void close() {
    http.close();
  }
}
