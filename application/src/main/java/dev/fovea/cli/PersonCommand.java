package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.registry.KnownPeople;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Names of those who signed in by the identity provider. */
@Command(
    name = "person",
    description = "People who signed in by the identity provider: list them, let a name go.",
    mixinStandardHelpOptions = true)
final class PersonCommand {
  @Command(
      name = "list",
      description = "Each name and the provider's account that it is.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var people = server.api(KnownPeople.class).people();
    var table = new Table("NAME", "ACCOUNT", "ISSUER", "FIRST SEEN", "LAST SEEN");
    people.forEach(p -> table.row(p.name(), p.account(), p.issuer(), p.firstSeen(), p.lastSeen()));
    return server.print(people, table);
  }

  @Command(
      name = "forget",
      description = "Lets a name go: the next account that comes with it has it.",
      mixinStandardHelpOptions = true)
  int forget(@Mixin Connection server, @Parameters(paramLabel = "NAME") String name) {
    server.api(KnownPeople.class).forget(name);
    server.err().println("forgot " + name);
    return ExitCode.OK;
  }
}
