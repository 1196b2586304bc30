package dev.fovea.rollouts.packaging;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * One push's conversation with a registry: requests with a bounded answer, to this registry's host
 * alone. No redirect is followed, and the password goes nowhere but to the registry itself and to
 * the token service of its own domain, after it asked for it.
 *
 * <p>Not Jib's client: it sends the password to whatever realm the registry names.
 */
final class RegistryConnection {
  private static final int LARGEST_ANSWER_BYTES = 1 << 20;
  private static final long BYTES_PER_PATIENCE = 10_000_000;
  private static final int UNAUTHORIZED = 401;
  private static final int OK = 200;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http;
  private final RegistrySettings settings;
  private final String repository;
  private @Nullable String authorization;

  RegistryConnection(HttpClient http, RegistrySettings settings, String repository) {
    this.http = http;
    this.settings = settings;
    this.repository = repository;
  }

  /** {@code /v2/REPOSITORY/REST} at the registry. */
  URI uri(String rest) {
    return URI.create("%s/v2/%s/%s".formatted(settings.root(), repository, rest));
  }

  HttpResponse<String> head(URI uri) throws IOException, InterruptedException {
    var request = request(uri).method("HEAD", BodyPublishers.noBody());
    return send(request.setHeader("Accept", BuiltImage.MANIFEST), 0);
  }

  HttpResponse<String> post(URI uri) throws IOException, InterruptedException {
    return send(request(uri).POST(BodyPublishers.noBody()), 0);
  }

  HttpResponse<String> put(URI uri, String type, BodyPublisher body)
      throws IOException, InterruptedException {
    return send(
        request(uri).PUT(body).setHeader("Content-Type", type), Math.max(0, body.contentLength()));
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).setHeader("User-Agent", "fovea");
  }

  private HttpResponse<String> send(HttpRequest.Builder request, long bytes)
      throws IOException, InterruptedException {
    request.timeout(settings.patience().multipliedBy(1 + bytes / BYTES_PER_PATIENCE));
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    var answer = answer(request.build());
    if (answer.statusCode() != UNAUTHORIZED) {
      return answer;
    }
    // Tokens live for minutes, a large push longer: each refusal is answered once by a new one.
    authorization = authorize(answer);
    return answer(request.setHeader("Authorization", authorization).build());
  }

  private HttpResponse<String> answer(HttpRequest request)
      throws IOException, InterruptedException {
    return http.send(
        request,
        BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST_ANSWER_BYTES));
  }

  private String authorize(HttpResponse<String> refusal) throws IOException, InterruptedException {
    var asked = refusal.headers().firstValue("WWW-Authenticate").orElse("");
    var credentials =
        settings.credentials().flatMap(file -> Credentials.find(file, settings.host()));
    var bearer = BearerChallenge.parse(asked);
    if (bearer.isPresent()) {
      return token(bearer.get(), credentials);
    }
    if (!asked.regionMatches(true, 0, "Basic", 0, "Basic".length())) {
      throw failed("it refuses us and asks for no way of signing in that is known: Basic, Bearer");
    }
    return credentials
        .orElseThrow(() -> failed("it wants a password and there is none for " + settings.host()))
        .header();
  }

  private String token(BearerChallenge challenge, Optional<Credentials> credentials)
      throws IOException, InterruptedException {
    if (!challenge.belongsTo(settings)) {
      throw failed(
          "it sends us for a token to %s, which is not of its own domain"
              .formatted(challenge.realm().getRawAuthority()));
    }
    var request = request(challenge.tokenFor(repository)).timeout(settings.patience()).GET();
    credentials.ifPresent(each -> request.setHeader("Authorization", each.header()));
    var answer = answer(request.build());
    if (answer.statusCode() != OK) {
      if (Answered.mayPass(answer.statusCode())) {
        throw new Answered(answer);
      }
      throw failed("its token service answered %d".formatted(answer.statusCode()));
    }
    try {
      var read = JSON.readTree(answer.body());
      var token = read.path("token").asString(read.path("access_token").asString(""));
      if (token.isBlank() || token.chars().anyMatch(each -> each <= ' ' || each > '~')) {
        throw failed("its token service answered without a token");
      }
      return "Bearer " + token;
    } catch (JacksonException _) {
      throw failed("its token service answered something else than JSON");
    }
  }

  /** A refusal that stays. */
  PackagingFailed failed(String why) {
    return new PackagingFailed(
        settings.prefix() + "/" + repository,
        "the registry %s: %s".formatted(settings.host(), why),
        "give a user who may push there by fovea.rollouts.packaging.credentials-file, and look at fovea.rollouts.packaging.registry");
  }

  /** An answer that another attempt may change. */
  static final class Answered extends IOException {
    private static final long serialVersionUID = 1;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final transient Optional<Duration> retryAfter;

    Answered(HttpResponse<String> answer) {
      super("%s answered %d".formatted(answer.uri().getRawAuthority(), answer.statusCode()));
      retryAfter = answer.headers().firstValue("Retry-After").flatMap(Answered::seconds);
    }

    static boolean mayPass(int status) {
      return status == 408 || status == 429 || status == 500 || status > 501 && status < 505;
    }

    Optional<Duration> retryAfter() {
      return retryAfter;
    }

    private static Optional<Duration> seconds(String text) {
      if (!text.matches("\\d{1,9}")) {
        return Optional.empty();
      }
      var asked = Duration.ofSeconds(Long.parseLong(text));
      return Optional.of(asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked);
    }
  }
}
