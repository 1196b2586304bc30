package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.registry.AuditLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The audit log. */
@Command(name = "audit", description = "Who did what.", mixinStandardHelpOptions = true)
final class AuditCommand {
  @Command(name = "log", description = "The latest rows.", mixinStandardHelpOptions = true)
  int log(@Mixin Connection server) {
    var rows = server.api(AuditLog.class).newest(server.project(), 100);
    var table = new Table("AT", "WHO", "ACT", "OBJECT", "OUTCOME");
    rows.forEach(row -> table.row(row.at(), row.who(), row.act(), row.object(), row.outcome()));
    return server.print(rows, table);
  }

  @Command(
      name = "verify",
      description = "Checks the chain of hashes over all rows.",
      mixinStandardHelpOptions = true)
  int verify(@Mixin Connection server) {
    var found = server.api(AuditLog.class).verify(server.project());
    server.print(
        found,
        () ->
            server
                .out()
                .println(
                    found.firstBad() == 0
                        ? "%d rows, the chain holds".formatted(found.rows())
                        : "%d rows, row %d was changed".formatted(found.rows(), found.firstBad())));
    return found.firstBad() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}
