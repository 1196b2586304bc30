package dev.fovea.cli;

import dev.fovea.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs several commands in one process, whatever comes of them: what they load is then known. */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Runs each line of a file as a command, for application/start-cache.")
final class RehearseCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "command lines, a space between words")
  private Path lines = Path.of("");

  @Override
  public Integer call() throws IOException {
    for (var line : Files.readAllLines(lines)) {
      FoveaCommand.run(line.split(" "));
    }
    return ExitCode.OK;
  }
}
