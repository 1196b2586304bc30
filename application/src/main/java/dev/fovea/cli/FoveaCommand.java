package dev.fovea.cli;

import dev.fovea.kernel.Problem;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "fovea",
    mixinStandardHelpOptions = true,
    versionProvider = FoveaCommand.Version.class,
    description = "Carries a computer-vision team's change from git push to production and back.",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 ok, 1 failed, 2 usage, 3 refused by a gate,",
      "  4 not authorised, 5 still waiting, 6 server unreachable",
      "",
      "Start here:  fovea demo     or, for your own work:  fovea serve"
    },
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      MigrateCommand.class,
      DoctorCommand.class,
      ProbeCommand.class,
      EnvCommand.class,
      OpenCommand.class,
      StatusCommand.class,
      WhyCommand.class,
      DatasetCommand.class,
      RunCommand.class,
      ModelCommand.class,
      DeviceCommand.class,
      AgentCommand.class,
      ReleaseCommand.class,
      PromoteCommand.class,
      RolloutCommand.class,
      ProjectCommand.class,
      LabelCommand.class,
      TokenCommand.class,
      AuditCommand.class,
      JobCommand.class,
      CommandLine.HelpCommand.class
    })
public final class FoveaCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** Runs a command line and answers its exit code. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new FoveaCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        // An argument may come from somebody else, by a CI job: it never becomes a file's content.
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler((problem, command, _) -> report(problem, command.getErr()))
        .setParameterExceptionHandler(FoveaCommand::usage);
  }

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec, "picocli sets it").commandLine(), "which command?");
  }

  private static int usage(ParameterException problem, String[] arguments) {
    var command = problem.getCommandLine();
    command.getErr().println("error[usage] " + problem.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(problem, command.getErr());
    command.getErr().println("  next: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static int report(Exception problem, PrintWriter err) {
    var told = ErrorForm.of(problem);
    err.println(told);
    err.flush();
    return told.exitCode();
  }

  /** Which build this is. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = FoveaCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "fovea " + (version == null ? "(built from source)" : version), "Java " + Runtime.version()
      };
    }
  }

  /** A refusal by a gate, for scripts that must tell no from broken. */
  static final class Refused extends Problem {
    Refused(String what, String remedy) {
      super(Kind.REFUSED, what, remedy);
    }
  }
}
