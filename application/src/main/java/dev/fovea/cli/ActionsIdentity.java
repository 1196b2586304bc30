package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.TokenExchange;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who a job of GitHub Actions is: asks GitHub for the job's identity token and Fovea for a token in
 * its place. Both live for minutes, so it asks again when the one in use is about to end.
 */
final class ActionsIdentity {
  static final String URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
  static final String SECRET = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BEFORE_ITS_END = Duration.ofMinutes(1);
  private static final int LIMIT_BYTES = 64 * 1024;

  private final Client anonymous;
  private final Name project;
  private final String audience;
  private Instant renewAt = Instant.MIN;

  ActionsIdentity(Client anonymous, Name project, String audience) {
    this.anonymous = anonymous;
    this.project = project;
    this.audience = audience;
  }

  /** Whether GitHub lets this process ask. */
  static boolean offered() {
    return value(URL).isPresent() && value(SECRET).isPresent();
  }

  /** Whether it is time for another token. */
  boolean ending() {
    return !Instant.now().isBefore(renewAt);
  }

  /** A client with a fresh token. */
  Client signIn() {
    var given =
        anonymous
            .api(TokenExchange.class)
            .exchange(TokenExchange.Exchange.of(project, identityToken()));
    renewAt = given.expires().minus(BEFORE_ITS_END);
    return anonymous.with(given.accessToken());
  }

  private String identityToken() {
    var url =
        value(URL)
            .orElseThrow(() ->
                new NotAllowed(
                    "GitHub lets this job ask for no identity token: %s is not set".formatted(URL),
                    "give the job 'permissions: id-token: write'; pull requests from forks never get it"));
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    url
                        + (url.contains("?") ? "&" : "?")
                        + "audience="
                        + URLEncoder.encode(audience, StandardCharsets.UTF_8)))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + value(SECRET).orElse(""))
            .header("Accept", "application/json")
            .build();
    try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var answer =
          http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LIMIT_BYTES));
      if (answer.statusCode() != 200) {
        throw new ServiceUnavailable(
            "GitHub's identity service",
            "it answered %d".formatted(answer.statusCode()),
            "run the job again; GitHub's status page says more");
      }
      var token = JsonMapper.builder().build().readTree(answer.body()).path("value").asString("");
      if (token.isEmpty()) {
        throw new InvalidRequest("GitHub's answer holds no token", "run the job again");
      }
      return token;
    } catch (IOException e) {
      throw new ServiceUnavailable(
          "GitHub's identity service",
          String.valueOf(e.getMessage()),
          "run the job again; the runner must reach it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceUnavailable("GitHub's identity service", "interrupted", "run it again");
    }
  }

  private static Optional<String> value(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(text -> !text.isBlank());
  }
}
