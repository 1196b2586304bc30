package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Models;
import dev.fovea.registry.SignedModels;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Registered models. */
@Command(
    name = "model",
    description = "Registered models.",
    mixinStandardHelpOptions = true,
    subcommands = {VerifyModelCommand.class, ExportModelCommand.class})
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

  @Command(
      name = "signature",
      description = {
        "What the registry signed about a version, in the form of OpenSSF Model Signing's model.sig:",
        "a Sigstore bundle with a DSSE envelope and an in-toto statement. 'fovea model verify' checks it."
      },
      mixinStandardHelpOptions = true)
  int signature(
      @Mixin Connection server,
      @Parameters(paramLabel = "MODEL") String model,
      @Parameters(paramLabel = "VERSION", description = "its number") int number) {
    var signature = server.api(SignedModels.class).signature(server.project(), model, number);
    server.out().println(new String(signature.json(), StandardCharsets.UTF_8));
    server.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "keys",
      description = "Every public key that the registry has signed with, as PEM, the newest first.",
      mixinStandardHelpOptions = true)
  int keys(@Mixin Connection server) {
    var keys = server.api(SignedModels.class).keys(server.project());
    return server.print(
        keys,
        () ->
            keys.forEach(key ->
                server
                    .out()
                    .printf(
                        "# %s since %s%s%n%s",
                        key.id(),
                        key.since(),
                        key.until().map(until -> " until " + until).orElse(", in use"),
                        key.pem())));
  }
}
