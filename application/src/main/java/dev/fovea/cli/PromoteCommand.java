package dev.fovea.cli;

import dev.fovea.cli.terminal.Client;
import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ErrorForm;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.Models;
import dev.fovea.roles.ServiceUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.ResourceAccessException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Asks for a release and, where told to, waits for the verdict: through a restart of the server,
 * and with a new token whenever that of a CI job ends.
 */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    description =
        "Asks for a release of a model version; with --wait, answers with the verdict as exit code.")
final class PromoteCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  @Mixin private Connection server = new Connection();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "VERSION", arity = "0..1", description = "its number")
  private @Nullable Integer version;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "the version that this run made, instead of a number")
  private @Nullable String run;

  @Option(
      names = "--commit",
      paramLabel = "SHA",
      description = "the newest version whose run carries this commit, instead of a number")
  private @Nullable String commit;

  @Option(names = "--wait", description = "wait until the gates have said yes or no")
  private boolean wait;

  @Option(
      names = "--timeout",
      defaultValue = "PT45M",
      description = "how long to wait, ISO 8601 (default: ${DEFAULT-VALUE})")
  private Duration timeout = Duration.ofMinutes(45);

  @Option(
      names = "--unreachable-for",
      defaultValue = "PT2M",
      description =
          "how long the server may be away while we wait, ISO 8601 (default: ${DEFAULT-VALUE})")
  private Duration unreachableFor = Duration.ofMinutes(2);

  @Option(
      names = "--oidc",
      description =
          "sign in as this job of GitHub Actions (default: where GitHub offers it and no token is set)")
  private boolean oidc;

  @Option(
      names = "--audience",
      defaultValue = "fovea",
      description = "what the identity token is meant for (default: ${DEFAULT-VALUE})")
  private String audience = "fovea";

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "append the verdict to this file, in Markdown")
  private @Nullable Path summary;

  @Option(
      names = "--outputs",
      paramLabel = "FILE",
      description = "append verdict, release and url to this file, as name=value")
  private @Nullable Path outputs;

  private Optional<ActionsIdentity> identity = Optional.empty();

  @Override
  public Integer call() throws Exception {
    var report = PromoteReport.to(summary, outputs);
    try {
      return promote(report);
    } catch (Exception e) {
      report.failure(ErrorForm.of(e));
      throw e;
    }
  }

  private int promote(PromoteReport report) throws InterruptedException {
    if ((version == null ? 0 : 1) + (run == null ? 0 : 1) + (commit == null ? 0 : 1) != 1) {
      throw server.usage("which version of %s? (VERSION, --run or --commit)".formatted(model));
    }
    if (oidc || (ActionsIdentity.offered() && !Client.hasToken())) {
      identity =
          Optional.of(
              new ActionsIdentity(
                  server.anonymous(), server.named("a CI job names its project"), audience));
      signIn();
    }
    var project = server.project();
    var candidate = new Releases.Candidate(Name.of(model), number(project, Name.of(model)));
    var last = waited(project, server.api(Releases.class).start(project, candidate));
    report.release(server.client().address(), project, last);
    server.print(last, () -> ReleaseCommand.write(last, server.out()));
    return switch (last.state()) {
      case RELEASED -> ExitCode.OK;
      case REFUSED -> ExitCode.REFUSED;
      case FAILED -> ExitCode.FAILED;
      case RUNNING, WAITING -> wait ? ExitCode.STILL_WAITING : ExitCode.OK;
    };
  }

  private void signIn() {
    identity.ifPresent(job -> server.use(job.signIn()));
  }

  private int number(Name project, Name name) {
    if (version != null) {
      return version;
    }
    var models = server.api(Models.class);
    var made = Objects.requireNonNullElse(run, "");
    var found =
        commit != null
            ? models.ofCommit(project, name, GitCommit.of(commit))
            : models.versions(project, name).stream()
                .filter(v -> v.run().filter(id -> id.equals(made)).isPresent())
                .findFirst();
    return found
        .orElseThrow(() ->
            new NoSuchThing(
                "version of %s by the %s".formatted(name, commit == null ? "run" : "commit"),
                commit == null ? made : commit,
                "register one first; 'fovea model list %s' shows those there are".formatted(name)))
        .number();
  }

  private Release waited(Name project, Release started) throws InterruptedException {
    var release = started;
    var deadline = Instant.now().plus(timeout);
    var told = "";
    while (wait && open(release) && Instant.now().isBefore(deadline)) {
      if (!release.reason().equals(told)) {
        told = release.reason();
        server.err().println(told);
        server.err().flush();
      }
      Thread.sleep(PAUSE.toMillis());
      release = asked(project, release.digest());
    }
    return release;
  }

  /** How it stands now; a server that is away is asked again for a while. */
  private Release asked(Name project, Digest release) throws InterruptedException {
    var giveUp = Instant.now().plus(unreachableFor);
    boolean told = false;
    while (true) {
      try {
        if (identity.filter(ActionsIdentity::ending).isPresent()) {
          signIn();
        }
        return server.api(Releases.class).release(project, release);
      } catch (ResourceAccessException | Problem e) {
        var problem = problem(e);
        if (problem.kind() != Problem.Kind.UNAVAILABLE || !Instant.now().isBefore(giveUp)) {
          throw problem;
        }
        if (!told) {
          told = true;
          server.err().println("the server does not answer; asking again until " + giveUp);
          server.err().flush();
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  /** A connection that broke off is a server that is away. */
  private static Problem problem(RuntimeException failure) {
    return failure instanceof Problem problem
        ? problem
        : new ServiceUnavailable(
            "fovea",
            "the connection broke off: " + failure.getMessage(),
            "start the server with 'fovea serve', or look at its log");
  }

  private static boolean open(Release release) {
    return release.state() == Release.State.RUNNING || release.state() == Release.State.WAITING;
  }
}
