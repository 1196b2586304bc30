package dev.fovea.dvc.exchange;

import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.NetRCCredentialsProvider;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/**
 * Gets one version of a Git repository from an HTTP server: its newest commit alone where that is
 * enough, else all commits of all branches and tags. Nothing is checked out. How much comes, and
 * how long it takes, is bounded.
 */
final class GitFetch {
  private static final long MOST_BYTES = 512L << 20;
  private static final Duration MOST_TIME = Duration.ofMinutes(10);
  private static final int PATIENCE_SECONDS = 60;
  private static final String HERE = "refs/fovea/source";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final List<String> KINDS = List.of("", "refs/", "refs/tags/", "refs/heads/");
  private static final List<RefSpec> ALL =
      List.of(new RefSpec("+refs/heads/*:refs/heads/*"), new RefSpec("+refs/tags/*:refs/tags/*"));

  private final GitAddress address;
  private final Repository repository;
  private final BoundedHttp http = new BoundedHttp(MOST_BYTES, MOST_TIME);

  private GitFetch(GitAddress address, Repository repository) {
    this.address = address;
    this.repository = repository;
  }

  /** A version, and the repository that holds it. */
  record Fetched(Repository repository, ObjectId commit) {}

  /**
   * Gets one.
   *
   * @param revision a branch, a tag, or the digits of a commit; absent for the server's HEAD
   * @param folder that is empty, for the repository
   * @throws WorkProblem when the server has none, or does not give it
   */
  static Fetched version(GitAddress address, Optional<String> revision, Path folder)
      throws IOException {
    var repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    try {
      repository.create(true);
      repository.getConfig().setInt("gc", null, "auto", 0);
      var commit = new GitFetch(address, repository).fetch(revision);
      return new Fetched(repository, commit);
    } catch (TransportException | NotSupportedException | JGitInternalException e) {
      repository.close();
      throw WorkProblem.unavailable(
          "%s does not give %s: %s"
              .formatted(
                  address,
                  revision.map(Text::excerpt).orElse("its newest commit"),
                  Text.excerpt(String.valueOf(e.getMessage()))),
          "see what it says: git ls-remote %s. Its user and password may stand in ~/.netrc"
              .formatted(address));
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  private ObjectId fetch(Optional<String> revision) throws IOException {
    if (revision.isPresent() && COMMIT.matcher(revision.get()).matches()) {
      try {
        fetch(List.of(new RefSpec(revision.get() + ":" + HERE)), 1);
        return ObjectId.fromString(revision.get());
      } catch (TransportException _) {
        // Not every server gives a commit by its digits: then all are got.
      }
    } else {
      var ref = ref(revision.orElse(Constants.HEAD));
      if (ref.isPresent()) {
        fetch(List.of(new RefSpec(ref.get().getName() + ":" + HERE)), 1);
        return resolved(HERE, revision);
      }
    }
    fetch(ALL, 0);
    return resolved(revision.orElse(Constants.HEAD), revision);
  }

  private ObjectId resolved(String name, Optional<String> revision) throws IOException {
    var id = repository.resolve(name + "^{commit}");
    if (id == null) {
      throw new WorkProblem(
          "%s has no version '%s'"
              .formatted(address, Text.excerpt(revision.orElse(Constants.HEAD))),
          "see which there are: git ls-remote %s".formatted(address));
    }
    return id;
  }

  /** The branch or tag of a name. */
  private Optional<Ref> ref(String name) throws IOException {
    try (var transport = transport();
        var connection = transport.openFetch()) {
      return KINDS.stream()
          .map(kind -> Optional.ofNullable(connection.getRef(kind + name)))
          .flatMap(Optional::stream)
          .findFirst();
    }
  }

  private void fetch(List<RefSpec> what, int depth) throws IOException {
    try (var transport = transport()) {
      transport.setTagOpt(TagOpt.NO_TAGS);
      if (depth > 0) {
        transport.setDepth(depth);
      } else {
        // It wants the parents of commits too, so it can't be had of one commit alone.
        transport.setCheckFetchedObjects(true);
      }
      transport.fetch(NullProgressMonitor.INSTANCE, what);
    }
  }

  private Transport transport() throws IOException {
    try {
      var transport = Transport.open(repository, new URIish(address.url()));
      ((TransportHttp) transport).setHttpConnectionFactory(http);
      transport.setTimeout(PATIENCE_SECONDS);
      transport.setCredentialsProvider(credentials());
      return transport;
    } catch (URISyntaxException e) {
      throw new WorkProblem("%s is no URL".formatted(address), "write https://host/path.git");
    }
  }

  private CredentialsProvider credentials() {
    int colon = address.user().indexOf(':');
    if (address.user().isEmpty()) {
      return new NetRCCredentialsProvider();
    }
    return colon < 0
        ? new UsernamePasswordCredentialsProvider(decoded(address.user()), "")
        : new UsernamePasswordCredentialsProvider(
            decoded(address.user().substring(0, colon)),
            decoded(address.user().substring(colon + 1)));
  }

  private static String decoded(String text) {
    return java.net.URLDecoder.decode(
        text.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
  }
}
