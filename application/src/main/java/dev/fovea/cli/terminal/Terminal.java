package dev.fovea.cli.terminal;

import dev.fovea.dvc.disk.Progress;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What every command that works on this machine alone takes. */
public final class Terminal {
  @Option(names = "--json", description = "results as JSON")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Prints a result: as JSON where that was asked for, else as a person reads it. */
  public int print(Object result, String text) {
    var out = Objects.requireNonNull(command, "picocli sets it").commandLine().getOut();
    return print(out, json, result, text);
  }

  /** The same for a command that reads its options elsewhere. */
  static int print(PrintWriter out, boolean json, Object result, String text) {
    out.println(json ? JsonMapper.shared().writeValueAsString(result) : text);
    out.flush();
    return ExitCode.OK;
  }

  /** Tells people what a command goes on without, beside its result. */
  public void warn(List<String> doubts) {
    warn(Objects.requireNonNull(command, "picocli sets it").commandLine().getErr(), doubts);
  }

  /** The same for a command that reads its options elsewhere. */
  static void warn(PrintWriter err, List<String> doubts) {
    doubts.forEach(doubt -> err.println("note: " + doubt));
    err.flush();
  }

  /** A bar where a person looks, else nothing. */
  public Progress progress() {
    var err = Objects.requireNonNull(command, "picocli sets it").commandLine().getErr();
    return progress(err, json);
  }

  /** A bar for each step where a person looks, else nothing. */
  static StepBar steps(PrintWriter err, boolean json) {
    return new StepBar(new PrintWriter(err, true), !json && System.console() != null);
  }

  /** The same for a command that reads its options elsewhere. */
  static Progress progress(PrintWriter err, boolean json) {
    return json || System.console() == null ? Progress.NONE : new Bar(new PrintWriter(err, true));
  }
}
