package dev.fovea.web.runs;

import dev.fovea.kernel.GitCommit;
import dev.fovea.registry.Run;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The commit of a run's code.
 *
 * @param site the repository's page, where the tag names one of a host whose pages are known; empty
 *     otherwise
 */
record SourceCommit(GitCommit commit, String site) {
  private static final String REPOSITORY_TAG = "mlflow.source.git.repoURL";
  private static final Pattern SSH = Pattern.compile("git@([A-Za-z0-9.-]{1,200}):(.{1,400})");
  private static final Pattern PATH =
      Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,100}){2,8}");

  /** As the run's tags name it. */
  static Optional<SourceCommit> of(Run run) {
    return Optional.ofNullable(run.tags().get(Run.COMMIT_TAG))
        .filter(text -> text.matches("[0-9a-f]{40}"))
        .map(text ->
            new SourceCommit(
                GitCommit.of(text),
                Optional.ofNullable(run.tags().get(REPOSITORY_TAG))
                    .flatMap(SourceCommit::site)
                    .orElse("")));
  }

  /** Where the commit and its diff are shown; empty where that is not known. */
  public String href() {
    return site.isEmpty() ? "" : site + (isGitLab() ? "/-" : "") + "/commit/" + commit.sha();
  }

  /** Where what changed from another commit to this one is shown; empty where not known. */
  public String since(SourceCommit other) {
    return site.isEmpty() || !site.equals(other.site) || commit.equals(other.commit)
        ? ""
        : "%s%s/compare/%s...%s"
            .formatted(site, isGitLab() ? "/-" : "", other.commit.sha(), commit.sha());
  }

  private boolean isGitLab() {
    return site.startsWith("https://gitlab.");
  }

  /** Any text may be in the tag, so only what is a plain address of a known kind of host is one. */
  private static Optional<String> site(String tag) {
    var ssh = SSH.matcher(tag);
    var text = ssh.matches() ? "https://" + ssh.group(1) + "/" + ssh.group(2) : tag;
    try {
      var address = new URI(text);
      var host = Optional.ofNullable(address.getHost()).orElse("");
      var path =
          Optional.ofNullable(address.getRawPath()).orElse("").replaceFirst("(\\.git)?/?$", "");
      return "https".equals(address.getScheme())
              && address.getRawUserInfo() == null
              && (host.equals("github.com") || host.startsWith("gitlab."))
              && PATH.matcher(path).matches()
          ? Optional.of("https://" + host + path)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
