package dev.fovea.cli;

import dev.fovea.cli.check.CheckCommand;
import dev.fovea.cli.dataset.DatasetCommand;
import dev.fovea.cli.imports.ImportCommand;
import dev.fovea.cli.process.AgentCommand;
import dev.fovea.cli.process.DemoCommand;
import dev.fovea.cli.process.DoctorCommand;
import dev.fovea.cli.process.JobCommand;
import dev.fovea.cli.process.MigrateCommand;
import dev.fovea.cli.process.ProbeCommand;
import dev.fovea.cli.process.ServeCommand;
import dev.fovea.cli.terminal.ErrorForm;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.Problem;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    })
public final class FoveaCommand implements Runnable {
  /** In the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = commands();

  @Spec private @Nullable CommandSpec spec;

  private static Map<String, Class<?>> commands() {
    var commands = new LinkedHashMap<String, Class<?>>();
    commands.put("serve", ServeCommand.class);
    commands.put("demo", DemoCommand.class);
    commands.put("migrate", MigrateCommand.class);
    commands.put("doctor", DoctorCommand.class);
    commands.put("probe", ProbeCommand.class);
    commands.put("env", EnvCommand.class);
    commands.put("open", OpenCommand.class);
    commands.put("status", StatusCommand.class);
    commands.put("why", WhyCommand.class);
    commands.put("lineage", LineageCommand.class);
    commands.put("dataset", DatasetCommand.class);
    commands.put("run", RunCommand.class);
    commands.put("import", ImportCommand.class);
    commands.put("model", ModelCommand.class);
    commands.put("device", DeviceCommand.class);
    commands.put("agent", AgentCommand.class);
    commands.put("release", ReleaseCommand.class);
    commands.put("check", CheckCommand.class);
    commands.put("promote", PromoteCommand.class);
    commands.put("rollout", RolloutCommand.class);
    commands.put("project", ProjectCommand.class);
    commands.put("hook", HookCommand.class);
    commands.put("label", LabelCommand.class);
    commands.put("token", TokenCommand.class);
    commands.put("person", PersonCommand.class);
    commands.put("audit", AuditCommand.class);
    commands.put("job", JobCommand.class);
    commands.put("rehearse", RehearseCommand.class);
    return commands;
  }

  /** Runs a command line and answers its exit code. */
  public static int run(String... arguments) {
    if (arguments.length > 0 && isLocal(COMMANDS.get(arguments[0]))) {
      // Libraries' logs are for servers, and to begin them takes as long as to compare two
      // versions.
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
    return commandLine(arguments).execute(arguments);
  }

  private static boolean isLocal(@Nullable Class<?> command) {
    return DatasetCommand.class.equals(command) || CheckCommand.class.equals(command);
  }

  /** One that knows no more than it needs: picocli looks at all of each command that it knows. */
  static CommandLine commandLine(String... arguments) {
    var named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
    if (named == null) {
      return commandLine();
    }
    Optional<CommandLine> meant =
        DatasetCommand.class.equals(named) && arguments.length > 1
            ? MeantCommand.of(new DatasetCommand(), arguments[1])
            : Optional.empty();
    return commandLine(Map.of(arguments[0], meant.isPresent() ? meant.get() : named));
  }

  /** One that knows all commands. */
  static CommandLine commandLine() {
    var line = commandLine(COMMANDS);
    line.addSubcommand(new CommandLine.HelpCommand());
    return line;
  }

  private static CommandLine commandLine(Map<String, ?> commands) {
    var line = new CommandLine(new FoveaCommand());
    commands.forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
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
