package dev.fovea.cli.process;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.doctor.Check;
import dev.fovea.doctor.Doctor;
import dev.fovea.server.ServerOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What this machine can do. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Says what this machine can and cannot do, each line with its fix; fails where Fovea would not work.")
public final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "the home folder that will be used")
  private @Nullable Path home;

  @Option(
      names = "--port",
      defaultValue = "4800",
      description = "the port that will be used (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(names = "--json", description = "results as JSON")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    var checks = new Doctor(home == null ? ServerOptions.defaultHome() : home, port).examine();
    var out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(JsonMapper.builder().build().writeValueAsString(checks));
    } else {
      out.print(Check.report(checks));
    }
    out.flush();
    return checks.stream().anyMatch(check -> check.state() == Check.State.BAD)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }
}
