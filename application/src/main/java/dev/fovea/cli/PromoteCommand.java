package dev.fovea.cli;

import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for a release and, where told to, waits for the verdict. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    description =
        "Asks for a release of a model version; with --wait, answers with the verdict as exit code.")
final class PromoteCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  @Mixin private Connection server = new Connection();

  @Parameters(paramLabel = "MODEL")
  private String model = "";

  @Parameters(paramLabel = "VERSION")
  private int version;

  @Option(names = "--wait", description = "wait until the gates have said yes or no")
  private boolean wait;

  @Option(
      names = "--timeout",
      defaultValue = "PT45M",
      description = "how long to wait, ISO 8601 (default: ${DEFAULT-VALUE})")
  private Duration timeout = Duration.ofMinutes(45);

  @Override
  public Integer call() throws InterruptedException {
    var releases = server.api(Releases.class);
    var project = server.project();
    var release = releases.start(project, new Releases.Candidate(Name.of(model), version));
    var deadline = Instant.now().plus(timeout);
    var told = "";
    while (wait && open(release) && Instant.now().isBefore(deadline)) {
      if (!release.reason().equals(told)) {
        told = release.reason();
        server.err().println(told);
        server.err().flush();
      }
      Thread.sleep(PAUSE.toMillis());
      release = releases.release(project, release.digest());
    }
    var last = release;
    server.print(last, () -> ReleaseCommand.write(last, server.out()));
    return switch (last.state()) {
      case RELEASED -> ExitCode.OK;
      case REFUSED -> ExitCode.REFUSED;
      case FAILED -> ExitCode.FAILED;
      case RUNNING, WAITING -> wait ? ExitCode.STILL_WAITING : ExitCode.OK;
    };
  }

  private static boolean open(Release release) {
    return release.state() == Release.State.RUNNING || release.state() == Release.State.WAITING;
  }
}
