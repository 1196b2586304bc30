package dev.fovea.pipelines.status;

import dev.fovea.kernel.Name;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which commits get statuses.
 *
 * @param repositories whose commits; with none, no Git host is ever called
 * @param api the base of GitHub's API; https, or http on this machine alone
 * @param token what writes statuses
 * @param tokenFile a file whose first line is it; read anew each time
 * @param pages the address of Fovea's pages, for links; none without it
 * @param caFile certificates in PEM that are trusted besides the usual ones
 * @param timeout how long one try may take in all
 * @param tries how often statuses are tried
 * @param firstRetry the longest pause before the second try; it trebles with each
 * @param longestRetry the longest pause
 */
@ConfigurationProperties("fovea.pipelines.statuses")
public record StatusProperties(
    @DefaultValue List<Repository> repositories,
    @DefaultValue("https://api.github.com") URI api,
    Optional<String> token,
    @Nullable Path tokenFile,
    @DefaultValue("") String pages,
    @Nullable Path caFile,
    @DefaultValue("10s") Duration timeout,
    @DefaultValue("10") int tries,
    @DefaultValue("5s") Duration firstRetry,
    @DefaultValue("1h") Duration longestRetry) {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9-]{1,100}/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}");
  private static final Pattern CONTEXT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,59}");

  public StatusProperties {
    repositories = List.copyOf(repositories);
    requireApi(api);
    require(
        tries >= 1
            && timeout.isPositive()
            && timeout.compareTo(Duration.ofMinutes(1)) <= 0
            && firstRetry.isPositive()
            && longestRetry.compareTo(firstRetry) >= 0,
        "tries %d, timeout %s, first-retry %s, longest-retry %s (expected: >= 1, up to 1 min, > 0, >= first-retry)"
            .formatted(tries, timeout, firstRetry, longestRetry));
    require(
        pages.isEmpty() || pages.matches("https?://\\S{1,500}"),
        "pages: '%s' (expected: http:// or https://)".formatted(pages));
    var names = new HashSet<String>();
    var contexts = new HashSet<String>();
    for (var repository : repositories) {
      require(
          repository.tokenFile() != null || tokenFile != null || token.isPresent(),
          "repositories: no token for %s (expected: token-file, or token)"
              .formatted(repository.name()));
      var name = repository.name().toLowerCase(Locale.ROOT);
      require(
          names.add(repository.project() + " " + name),
          "repositories: %s of %s comes twice (expected: once)"
              .formatted(name, repository.project()));
      require(
          contexts.add(name + " " + repository.context()),
          "repositories: two projects write '%s/…' to %s (expected: a context of its own for each)"
              .formatted(repository.context(), name));
    }
  }

  /**
   * A repository whose commits are told of a project's releases.
   *
   * @param name owner and name
   * @param id the host's number of it; where it is given, a build of another repository of this
   *     name is told nothing
   * @param api of another host than the others
   * @param tokenFile of another token than the others
   * @param context what the names of its statuses begin with
   */
  public record Repository(
      Name project,
      String name,
      Optional<String> id,
      @Nullable URI api,
      @Nullable Path tokenFile,
      @DefaultValue("fovea") String context) {
    public Repository {
      Objects.requireNonNull(project, "fovea.pipelines.statuses.repositories: no project");
      Objects.requireNonNull(name, "fovea.pipelines.statuses.repositories: no name");
      require(
          REPOSITORY.matcher(name).matches(),
          "repositories: name '%s' (expected: owner/name)".formatted(name));
      require(
          CONTEXT.matcher(context).matches(),
          "repositories: context '%s' (expected: 1 to 60 letters, digits, '.', '_', '/', '-')"
              .formatted(context));
      if (api != null) {
        requireApi(api);
      }
    }
  }

  /** The token stays out of logs. */
  @Override
  public String toString() {
    return "StatusProperties[repositories=%s, api=%s, token=•••]".formatted(repositories, api);
  }

  private static void requireApi(URI api) {
    var host = api.getHost();
    require(
        host != null
            && api.getRawUserInfo() == null
            && api.getRawQuery() == null
            && api.getRawFragment() == null
            && ("https".equals(api.getScheme())
                || "http".equals(api.getScheme()) && THIS_MACHINE.contains(host)),
        "api: '%s' (expected: https://HOST/…, or http on this machine)".formatted(api));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("fovea.pipelines.statuses." + what);
    }
  }
}
