package dev.fovea;

import dev.fovea.cli.FoveaCommand;

/** The entry point of the {@code fovea} command. */
public final class Fovea {
  private Fovea() {}

  public static void main(String[] arguments) {
    System.exit(FoveaCommand.run(arguments));
  }
}
