package dev.fovea.registry.oidc;

import dev.fovea.kernel.Name;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose identity tokens are exchanged.
 *
 * @param issuer who signs them; https, or http on this machine alone
 * @param audience what a token must be meant for
 * @param lifetime of a token that is given, at most 15 minutes
 * @param keysFor how long the issuer's keys are used before they are fetched again
 * @param refetchPause how long to wait before keys are fetched once more, whatever key a token
 *     names
 * @param bindings which repository may ask for which project; with none, nothing is exchanged and
 *     the issuer is never called
 */
@ConfigurationProperties("fovea.registry.oidc")
public record OidcProperties(
    @DefaultValue("https://token.actions.githubusercontent.com") URI issuer,
    @DefaultValue("fovea") String audience,
    @DefaultValue("10m") Duration lifetime,
    @DefaultValue("1h") Duration keysFor,
    @DefaultValue("30s") Duration refetchPause,
    @DefaultValue List<Binding> bindings) {
  private static final Duration LONGEST = Duration.ofMinutes(15);

  public OidcProperties {
    require(
        IssuerHttp.isSafe(issuer),
        "issuer: '%s' (expected: https, or http on this machine)".formatted(issuer));
    require(
        lifetime.isPositive() && lifetime.compareTo(LONGEST) <= 0,
        "lifetime: %s (expected: up to %s)".formatted(lifetime, LONGEST));
    require(refetchPause.isPositive(), "refetch-pause: " + refetchPause + " (expected: above 0)");
    require(!audience.isBlank(), "audience: blank (expected: what tokens are meant for)");
    bindings = List.copyOf(bindings);
  }

  /**
   * Lets builds of a repository ask for releases of a project. Give {@code repository-id}: it stays
   * when a repository is renamed, and nobody else can get it.
   *
   * @param project whose models they may release
   * @param repository owner and name; without an id, the name means the repository that first came
   *     with it
   * @param repositoryId the host's number of the repository
   * @param ownerId the host's number of its owner
   * @param ref patterns of the refs that may: {@code *} within a segment, {@code **} across
   * @param environment the deployment environment that the job must run in
   * @param workflowRef pattern of {@code job_workflow_ref}
   * @param events that may start the build; pull requests only where they are named here
   */
  public record Binding(
      Name project,
      Optional<String> repository,
      Optional<String> repositoryId,
      Optional<String> ownerId,
      @DefaultValue("refs/heads/main") List<String> ref,
      Optional<String> environment,
      Optional<String> workflowRef,
      @DefaultValue({"push", "release", "schedule", "workflow_dispatch", "repository_dispatch"})
          List<String> events) {
    public Binding {
      require(
          repository.isPresent() || repositoryId.isPresent(),
          "bindings of %s: no repository (expected: repository-id, or repository)"
              .formatted(project));
      repository.ifPresent(name ->
          require(
              name.matches("[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100}"),
              "bindings of %s: repository '%s' (expected: owner/name)".formatted(project, name)));
      ref = List.copyOf(ref);
      events = List.copyOf(events);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("fovea.registry.oidc." + what);
    }
  }
}
