package dev.fovea.registry.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the issuer publishes: its discovery document and its keys. No redirect is followed and the
 * keys must be where the issuer is, so that no answer leads this server elsewhere.
 */
final class IssuerDocuments implements IssuerKeys.Source {
  static final int LIMIT_BYTES = 256 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  .build())
          .build();

  private final URI issuer;

  IssuerDocuments(URI issuer) {
    this.issuer = issuer;
  }

  @Override
  public JWKSet load() throws IOException {
    var discovery =
        URI.create(issuer.toString().replaceAll("/$", "") + "/.well-known/openid-configuration");
    try (var http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build()) {
      var document = JSON.readTree(text(http, discovery));
      var named = document.path("issuer").asString("");
      if (!named.equals(issuer.toString())) {
        throw new IOException("%s names the issuer '%s'".formatted(discovery, named));
      }
      var keys = URI.create(document.path("jwks_uri").asString(""));
      if (!sameOrigin(keys)) {
        throw new IOException(
            "%s has its keys at %s (expected: on the same host)".formatted(discovery, keys));
      }
      return JWKSet.parse(text(http, keys));
    } catch (ParseException | JacksonException | IllegalArgumentException e) {
      throw new IOException("%s: not what OpenID Connect publishes".formatted(discovery), e);
    }
  }

  private boolean sameOrigin(URI other) {
    return issuer.getScheme().equalsIgnoreCase(other.getScheme())
        && issuer.getHost().equalsIgnoreCase(other.getHost())
        && issuer.getPort() == other.getPort()
        && other.getUserInfo() == null;
  }

  /** The whole answer within the time; a request's own timeout ends with the headers. */
  private static String text(HttpClient http, URI from) throws IOException {
    var request =
        HttpRequest.newBuilder(from).timeout(PATIENCE).header("Accept", "application/json").build();
    var answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LIMIT_BYTES));
    try {
      var got = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (got.statusCode() != 200) {
        throw new IOException("%s answered %d".formatted(from, got.statusCode()));
      }
      return new String(got.body(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      throw new IOException("%s: %s".formatted(from, e.getCause()), e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      http.shutdownNow();
      throw new IOException("%s: no whole answer within %s".formatted(from, PATIENCE), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      http.shutdownNow();
      throw new IOException("interrupted while fetching " + from, e);
    }
  }
}
