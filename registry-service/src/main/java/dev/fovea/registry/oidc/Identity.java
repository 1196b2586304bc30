package dev.fovea.registry.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.GitCommit;
import dev.fovea.registry.TokenRefused;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;

/**
 * What the issuer says of a job.
 *
 * @param id the token's own ({@code jti})
 * @param event what started the workflow
 * @param workflowRef the workflow file with its ref
 * @param run the workflow run's number
 */
record Identity(
    String id,
    Caller.Build build,
    String ownerId,
    String event,
    Optional<String> environment,
    Optional<String> workflowRef,
    String run,
    Instant expires) {
  private static final int LIMIT_CHARS = 256;

  /** Reads the claims; each of those that matter must be there. */
  static Identity of(JWTClaimsSet claims) {
    var sha = required(claims, "sha");
    if (!sha.matches("[0-9a-f]{40}")) {
      throw new TokenRefused("sha", sha, "40 lower-case hex digits", Verifier.USE_GITHUB);
    }
    return new Identity(
        required(claims, "jti"),
        new Caller.Build(
            required(claims, "repository"),
            required(claims, "repository_id"),
            required(claims, "ref"),
            GitCommit.of(sha)),
        required(claims, "repository_owner_id"),
        required(claims, "event_name"),
        optional(claims, "environment"),
        optional(claims, "job_workflow_ref").or(() -> optional(claims, "workflow_ref")),
        optional(claims, "run_id").orElse("unknown"),
        claims.getExpirationTime().toInstant());
  }

  private static String required(JWTClaimsSet claims, String name) {
    return optional(claims, name)
        .orElseThrow(() -> new TokenRefused(name, "", "a text", Verifier.USE_GITHUB));
  }

  private static Optional<String> optional(JWTClaimsSet claims, String name) {
    try {
      var value = Optional.ofNullable(claims.getStringClaim(name)).filter(text -> !text.isBlank());
      value
          .filter(text -> text.length() > LIMIT_CHARS)
          .ifPresent(text -> {
            throw new TokenRefused(
                name, text, "at most %d characters".formatted(LIMIT_CHARS), Verifier.USE_GITHUB);
          });
      return value;
    } catch (ParseException e) {
      throw new TokenRefused(name, "no text", "a text", Verifier.USE_GITHUB);
    }
  }
}
