package dev.fovea.cli.process;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.remote.AgentHome;
import dev.fovea.lab.agent.remote.RemoteAgent;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures models on this machine for a lab elsewhere, until it is told to stop. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = {
      "Measures models on this machine for a lab elsewhere, until it is told to stop.",
      "The first time it joins by a code of 'fovea device invite NAME'; afterwards it needs neither code nor server.",
      "It only dials out, and runs nothing but models: no command ever comes from the lab."
    })
public final class AgentCommand implements Callable<Integer> {
  @Option(names = "--server", paramLabel = "URL", description = "the lab; kept once joined")
  private @Nullable URI server;

  @Option(names = "--code", paramLabel = "CODE", description = "joins by it, with a key made here")
  private @Nullable String code;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "refuses a code that is for another device")
  private @Nullable String device;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "where key and models are kept (default: agent in FOVEA_HOME or ~/.fovea)")
  private @Nullable Path home;

  @Option(
      names = "--model-cache",
      defaultValue = "2 GiB",
      paramLabel = "SIZE",
      description = "how much of models is kept (default: ${DEFAULT-VALUE})")
  private String modelCache = "2 GiB";

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var folder = home == null ? ServerOptions.defaultHome().resolve("agent") : home;
    try (var kept = AgentHome.open(folder)) {
      var identity = code == null ? kept(kept, folder) : joined(kept, code);
      var agent = RemoteAgent.here(kept, identity, ByteSize.parse(modelCache).bytes(), this::say);
      say(
          "device %s at %s, key %s"
              .formatted(identity.device(), identity.server(), agent.fingerprint()));
      stoppedWithTheProcess();
      agent.run();
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  private AgentHome.Identity joined(AgentHome kept, String code) {
    var lab = Optional.ofNullable(server).orElseThrow(() -> missing("--server"));
    warnOfPlainHttp(lab);
    var identity =
        RemoteAgent.join(kept, lab, code.strip(), Optional.ofNullable(device).map(Name::of));
    say("joined as " + identity.device());
    return identity;
  }

  private AgentHome.Identity kept(AgentHome kept, Path folder) {
    var identity = kept.identity().orElseThrow(() -> missing("--code"));
    if (device != null && !identity.device().text().equals(device)) {
      throw new InvalidRequest(
          "%s belongs to device %s".formatted(folder, identity.device()),
          "leave --device out, or choose another folder with --home");
    }
    return server == null || server.equals(identity.server())
        ? identity
        : new AgentHome.Identity(server, identity.device());
  }

  private static InvalidRequest missing(String option) {
    return new InvalidRequest(
        "this machine has not joined a lab, and %s was not given".formatted(option),
        "ask the lab keeper for a code: 'fovea device invite NAME' prints the command to run here");
  }

  private void warnOfPlainHttp(URI lab) {
    try {
      if ("http".equals(lab.getScheme())
          && !InetAddress.getByName(lab.getHost()).isLoopbackAddress()) {
        say(
            "warning: %s is not encrypted; anybody on the way can read models and tokens"
                .formatted(lab));
      }
    } catch (UnknownHostException e) {
      // Joining says it better.
    }
  }

  /** A stop signal lets a running job be given back before the process ends. */
  private static void stoppedWithTheProcess() {
    var working = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              working.interrupt();
              try {
                working.join(3_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  private void say(String line) {
    PrintWriter out = Objects.requireNonNull(command, "picocli sets it").commandLine().getOut();
    out.println("agent: " + line);
    out.flush();
  }
}
