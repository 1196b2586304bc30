package dev.fovea.registry.login;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.registry.oidc.IssuerHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How people sign in by an OpenID Connect provider. Without an issuer they do not.
 *
 * @param issuer the provider, as its tokens name it; https, or http on this machine alone. Its
 *     discovery document is below it
 * @param clientId what the provider calls this installation
 * @param clientSecret the client's secret; a public client has none
 * @param clientSecretFile a file whose first line is the secret
 * @param caFile certificates in PEM that the provider may be trusted by, besides the JDK's
 * @param label what the sign-in page calls the provider
 * @param scopes what is asked for, {@code openid} among it
 * @param nameClaim the claim that people are called by in the audit log: the provider must let
 *     nobody choose another's
 * @param claim the claim that rights are given by, where a grant names no other
 * @param lasts how long somebody stays signed in, up to a day
 * @param userInfo whether the provider's UserInfo is asked for claims that the ID token lacks
 * @param endSession whether whoever signs out here signs out at the provider as well
 * @param grants who has which rights
 */
@ConfigurationProperties("fovea.auth.login")
public record LoginProperties(
    @Nullable URI issuer,
    @Nullable String clientId,
    @Nullable String clientSecret,
    @Nullable Path clientSecretFile,
    @Nullable Path caFile,
    @DefaultValue("your organisation") String label,
    @DefaultValue({"openid", "profile", "email"}) List<String> scopes,
    @DefaultValue("preferred_username") String nameClaim,
    @DefaultValue("groups") String claim,
    @DefaultValue("8h") Duration lasts,
    @DefaultValue("false") boolean userInfo,
    @DefaultValue("false") boolean endSession,
    @DefaultValue List<Grant> grants) {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int LABEL_CHARS = 60;

  public LoginProperties {
    if (issuer != null) {
      require(
          IssuerHttp.isSafe(issuer) && issuer.getQuery() == null,
          "issuer: '%s' (expected: https, or http on this machine, without a query)"
              .formatted(issuer));
      require(
          clientId != null && !clientId.isBlank(),
          "client-id: none (expected: what the provider calls this installation)");
      require(
          clientSecret == null || clientSecretFile == null,
          "client-secret: given beside client-secret-file (expected: one of them)");
      require(
          scopes.contains("openid"), "scopes: %s (expected: openid among them)".formatted(scopes));
      require(
          lasts.isPositive() && lasts.compareTo(LONGEST) <= 0,
          "lasts: %s (expected: up to %s)".formatted(lasts, LONGEST));
      require(
          !label.isBlank() && label.length() <= LABEL_CHARS,
          "label: %d characters (expected: 1 to %d)".formatted(label.length(), LABEL_CHARS));
      require(!grants.isEmpty(), "grants: none (expected: one or more, or nobody has any right)");
    }
    scopes = List.copyOf(scopes);
    grants = List.copyOf(grants);
  }

  /**
   * Gives whoever has a value in a claim some roles.
   *
   * @param value of the claim, to the letter, such as a group's name or a person's e-mail address
   * @param claim which one, where it is not {@code fovea.auth.login.claim}
   * @param project where the roles hold, {@code *} for every project
   */
  public record Grant(String value, Optional<String> claim, String project, Set<Role> roles) {
    public Grant {
      require(!value.isBlank(), "grants: a value that is blank (expected: such as a group's name)");
      require(
          !roles.isEmpty() && roles.stream().noneMatch(Caller.NOT_FOR_TOKENS::contains),
          "grants of '%s': roles %s (expected: one or more that people have, not %s)"
              .formatted(
                  value,
                  roles,
                  Caller.NOT_FOR_TOKENS.stream()
                      .sorted()
                      .map(Role::name)
                      .collect(Collectors.joining(", "))));
      if (!project.equals(Caller.ALL)) {
        try {
          Name.of(project);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "fovea.auth.login.grants of '%s': project: %s, or * for all"
                  .formatted(value, e.getMessage()),
              e);
        }
      }
      roles = Set.copyOf(roles);
    }
  }

  /** The claims that somebody's name and rights are in. */
  Set<String> looksAt() {
    var all = new TreeSet<String>();
    all.add(nameClaim);
    grants.forEach(grant -> all.add(grant.claim().orElse(claim)));
    return all;
  }

  /** The secret, from where it is. */
  Optional<String> secret() throws IOException {
    var file = clientSecretFile;
    if (file == null) {
      return Optional.ofNullable(clientSecret).filter(text -> !text.isBlank());
    }
    try (var lines = Files.lines(file)) {
      return Optional.of(
          lines
              .findFirst()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .orElseThrow(() ->
                  new IOException(
                      "fovea.auth.login.client-secret-file: %s is empty (expected: the secret in its first line)"
                          .formatted(file))));
    }
  }

  @Override
  public String toString() {
    return "LoginProperties[issuer=%s, clientId=%s, clientSecret=•••, grants=%s]"
        .formatted(issuer, clientId, grants);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("fovea.auth.login." + what);
    }
  }
}
