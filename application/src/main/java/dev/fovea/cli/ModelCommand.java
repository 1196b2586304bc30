package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Registered models. */
@Command(name = "model", description = "Registered models.", mixinStandardHelpOptions = true)
final class ModelCommand {
  @Command(
      name = "list",
      description = "The versions of a model, or the newest of each.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin Connection server, @Parameters(paramLabel = "MODEL", arity = "0..1") String model) {
    var models = server.api(Models.class);
    var versions =
        model == null
            ? models.heads(server.project())
            : models.versions(server.project(), Name.of(model));
    var table = new Table("MODEL", "VERSION", "DIGEST", "FORMAT", "ALIASES", "BY", "AT");
    versions.forEach(v ->
        table.row(
            v.model(),
            v.number(),
            v.digest().abbreviated(),
            v.format(),
            v.aliases(),
            v.registeredBy(),
            v.at()));
    return server.print(versions, table);
  }
}
