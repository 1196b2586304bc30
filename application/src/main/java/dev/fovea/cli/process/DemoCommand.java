package dev.fovea.cli.process;

import dev.fovea.cli.terminal.Client;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.demo.BreakIt;
import dev.fovea.demo.Demo;
import dev.fovea.demo.Turns;
import dev.fovea.server.ServerOptions;
import dev.fovea.store.ConfiguredStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole loop on the digits example. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Plays the whole loop on handwritten digits: push, refuse, train, release, canary, rollback, label, retrain.",
      "Nothing leaves this machine. Stop it at any time; the next start goes on."
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "where it keeps everything (default: the home folder's demo)")
  private @Nullable Path home;

  @Option(
      names = "--port",
      defaultValue = "4800",
      description = "the port; a free one where it is taken (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(names = "--exit", description = "leave at the end instead of keeping the pages up")
  private boolean exit;

  @Option(
      names = "--annotate",
      description = "wait for a person to label the frames in the browser")
  private boolean annotate;

  @Option(
      names = "--approve",
      description = "wait for a person to decide on the rollouts in the browser")
  private boolean approve;

  @Option(
      names = "--try-to-break-it",
      description = "send six bad inputs instead, and show the answer to each")
  private boolean breakIt;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "play against a server that runs already instead of one in this process; FOVEA_TOKEN is an administrator's")
  private @Nullable String server;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "with --server: fovea.objects.*, where that server keeps its objects (or as environment variables)")
  private List<String> properties = List.of();

  @Override
  public Integer call() throws Exception {
    if (breakIt) {
      var target = home == null ? ServerOptions.defaultHome().resolve("break-it") : home;
      return new BreakIt(target).play() ? ExitCode.OK : ExitCode.FAILED;
    }
    var folder = home == null ? ServerOptions.defaultHome().resolve("demo") : home;
    var demo = new Demo(folder, port, new Turns(annotate, approve), exit);
    if (server != null) {
      var owner = Client.connect(server);
      owner.requireAnswer();
      var objects = ConfiguredStore.open(properties);
      return demo.play(owner.remote(), objects) ? ExitCode.OK : ExitCode.FAILED;
    }
    return demo.play() ? ExitCode.OK : ExitCode.FAILED;
  }
}
