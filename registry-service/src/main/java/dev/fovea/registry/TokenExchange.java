package dev.fovea.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.roles.ServiceUnavailable;
import java.time.Instant;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Keyless login of CI: an identity token that GitHub Actions signed for one job becomes a token of
 * Fovea that lasts minutes. The fields are RFC 8693's, as JSON or as a form; {@code project} is
 * ours.
 */
@HttpExchange("/api/v1/oidc")
public interface TokenExchange {
  /** The only grant that is understood. */
  String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";

  /** What kind of token is brought. */
  String JWT = "urn:ietf:params:oauth:token-type:jwt";

  /** What kind of token is given. */
  String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  /** Gives a token with the role CI; an identity token is good for one exchange. */
  @PostExchange("/token")
  Exchanged exchange(@RequestBody Exchange request)
      throws InvalidRequest, TokenRefused, ServiceUnavailable;

  /**
   * What CI brings.
   *
   * @param project the project that the token is to open
   */
  record Exchange(
      @JsonProperty("grant_type") String grantType,
      @JsonProperty("subject_token_type") String subjectTokenType,
      @JsonProperty("subject_token") String subjectToken,
      Name project) {
    /** The usual one. */
    public static Exchange of(Name project, String token) {
      return new Exchange(GRANT_TYPE, JWT, token, project);
    }

    @Override
    public String toString() {
      return "Exchange[subjectToken=•••, project=%s]".formatted(project);
    }
  }

  /** What CI gets: a token, and the build that it is bound to. */
  record Exchanged(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("issued_token_type") String issuedTokenType,
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresInSeconds,
      Instant expires,
      Name project,
      String repository,
      String ref,
      GitCommit commit) {
    @Override
    public String toString() {
      return "Exchanged[accessToken=•••, expires=%s, project=%s, repository=%s, ref=%s, commit=%s]"
          .formatted(expires, project, repository, ref, commit);
    }
  }
}
