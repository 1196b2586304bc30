package dev.fovea.cli.terminal;

import dev.fovea.datasets.Projects;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that talks to a server takes. */
public final class Connection {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "the server (default: FOVEA_URL, or the one on this machine)")
  private @Nullable String server;

  @Option(
      names = {"-p", "--project"},
      paramLabel = "NAME",
      description = "the project (default: FOVEA_PROJECT, or the only one)")
  private @Nullable String project;

  @Option(names = "--json", description = "results as JSON")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  private @Nullable Client client;

  public Client client() {
    if (client == null) {
      client = Client.connect(server);
    }
    return client;
  }

  /** From now on this client talks for us. */
  public void use(Client other) {
    client = other;
  }

  /** A client without a token. */
  public Client anonymous() {
    return Client.anonymous(server);
  }

  public <T> T api(Class<T> type) {
    return client().api(type);
  }

  /**
   * The project that was named.
   *
   * @param why it must be
   */
  public Name named(String why) {
    return named()
        .orElseThrow(() -> new InvalidRequest("no project was named: " + why, "use --project"));
  }

  /** The project that was named, if one was. */
  public Optional<Name> named() {
    return Optional.ofNullable(project == null ? System.getenv("FOVEA_PROJECT") : project)
        .filter(name -> !name.isBlank())
        .map(Name::of);
  }

  /** The project that was named, or the only one there is. */
  public Name project() {
    var named = named();
    if (named.isPresent()) {
      return named.get();
    }
    var projects = api(Projects.class).projects();
    if (projects.size() != 1) {
      throw new InvalidRequest(
          "there are %d projects, and none was named".formatted(projects.size()),
          projects.isEmpty()
              ? "push a repository first: 'fovea env' prints where to"
              : "name one with --project: "
                  + String.join(", ", projects.stream().map(p -> p.name().text()).toList()));
    }
    return projects.getFirst().name();
  }

  /** A command line that asks for nothing that can be done. */
  public ParameterException usage(String what) {
    return new ParameterException(
        Objects.requireNonNull(command, "picocli sets it").commandLine(), what);
  }

  /** Where results go. */
  public PrintWriter out() {
    return Objects.requireNonNull(command, "picocli sets it").commandLine().getOut();
  }

  /** Where everything else goes. */
  public PrintWriter err() {
    return Objects.requireNonNull(command, "picocli sets it").commandLine().getErr();
  }

  /** A bar where a person looks, else nothing. */
  public Progress progress() {
    return Terminal.progress(err(), json);
  }

  /** A bar for each step where a person looks, else nothing. */
  public StepBar steps() {
    return Terminal.steps(err(), json);
  }

  /** Tells people what a command goes on without, beside its result. */
  public void warn(List<String> doubts) {
    Terminal.warn(err(), doubts);
  }

  /** Prints a result: as JSON where that was asked for, else as a person reads it. */
  public int print(Object result, Runnable asText) {
    if (json) {
      out().println(client().json(result));
    } else {
      asText.run();
    }
    out().flush();
    return ExitCode.OK;
  }

  /** Whether the command line says that a server is meant. */
  public boolean isMeant() {
    return server != null || project != null;
  }

  /** Prints what was found without a server. */
  public int printLocal(Object result, String text) {
    return Terminal.print(out(), json, result, text);
  }

  /** Prints rows as a table. */
  public int print(Object result, Table table) {
    return print(result, () -> out().print(table));
  }
}
