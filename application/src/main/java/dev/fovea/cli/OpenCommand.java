package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A link that opens the pages signed in. */
@Command(
    name = "open",
    mixinStandardHelpOptions = true,
    description = "Prints a link that opens the pages signed in, once, within an hour.")
final class OpenCommand implements Callable<Integer> {
  @Mixin private Connection server = new Connection();

  @Override
  public Integer call() {
    server.out().println(server.client().address() + server.client().signInPath());
    server.out().flush();
    return ExitCode.OK;
  }
}
