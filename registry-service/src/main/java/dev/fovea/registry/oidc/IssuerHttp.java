package dev.fovea.registry.oidc;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an issuer. No redirect is followed; the whole answer comes within 5 seconds and 256 KiB, or
 * it is none.
 */
public final class IssuerHttp {
  static final int LIMIT_BYTES = 256 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  .build())
          .build();

  private final Optional<SSLContext> trust;
  private final Duration patience;

  /** What came back. */
  public record Answer(int status, String body) {}

  /** Believes the JDK's authorities. */
  public IssuerHttp() {
    this(PATIENCE);
  }

  /**
   * Believes the JDK's authorities.
   *
   * @param patience how long a whole answer may take, instead of 5 seconds
   */
  public IssuerHttp(Duration patience) {
    this(Optional.empty(), patience);
  }

  /** Believes whom this context believes. */
  public IssuerHttp(SSLContext trust) {
    this(Optional.of(trust), PATIENCE);
  }

  private IssuerHttp(Optional<SSLContext> trust, Duration patience) {
    this.trust = trust;
    this.patience = patience;
  }

  /** Whether an issuer may be there: https, or http on this machine, and no user in the address. */
  public static boolean isSafe(URI address) {
    return address.getHost() != null
        && address.getUserInfo() == null
        && address.getFragment() == null
        && ("https".equals(address.getScheme())
            || ("http".equals(address.getScheme()) && THIS_MACHINE.contains(address.getHost())));
  }

  /**
   * Sends the request.
   *
   * @throws IOException where no whole answer comes in time
   */
  public Answer send(HttpRequest.Builder asked) throws IOException {
    var request = asked.timeout(patience).header("Accept", "application/json").build();
    var client =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(patience);
    trust.ifPresent(client::sslContext);
    try (var http = client.build()) {
      return send(http, request);
    }
  }

  /** The body of an answer that is 200. */
  public String get(URI from) throws IOException {
    var answer = send(HttpRequest.newBuilder(from));
    if (answer.status() != 200) {
      throw new IOException("%s answered %d".formatted(from, answer.status()));
    }
    return answer.body();
  }

  /**
   * A JSON document, at most 16 levels deep.
   *
   * @throws IOException where it is none
   */
  public static JsonNode json(String text) throws IOException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new IOException("no JSON, or one too deep", e);
    }
  }

  // A request's own timeout ends with the headers; this one covers the body too.
  private Answer send(HttpClient http, HttpRequest request) throws IOException {
    var from = request.uri();
    var answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LIMIT_BYTES));
    try {
      var got = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(got.statusCode(), new String(got.body(), StandardCharsets.UTF_8));
    } catch (ExecutionException e) {
      throw new IOException("%s: %s".formatted(from, e.getCause()), e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      http.shutdownNow();
      throw new IOException("%s: no whole answer within %s".formatted(from, patience), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      http.shutdownNow();
      throw new IOException("interrupted while fetching " + from, e);
    }
  }
}
