package dev.fovea.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command line in this process, as its tests run it. */
public final class CommandRun {
  private CommandRun() {}

  /** Runs a command; answers its exit code. */
  public static int of(StringWriter out, StringWriter err, String... arguments) {
    return FoveaCommand.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
