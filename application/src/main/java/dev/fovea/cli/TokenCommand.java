package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Caller;
import dev.fovea.registry.Access;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tokens. */
@Command(
    name = "token",
    description = "Tokens: make, list, revoke.",
    mixinStandardHelpOptions = true)
final class TokenCommand {
  @Command(
      name = "create",
      description = "Makes a token; its secret is shown once.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin Connection server,
      @Parameters(paramLabel = "SUBJECT", description = "the name that the audit log will show")
          String subject,
      @Option(
              names = "--role",
              split = ",",
              required = true,
              description = "${COMPLETION-CANDIDATES}")
          List<Caller.Role> roles,
      @Option(
              names = "--for",
              defaultValue = "*",
              paramLabel = "PROJECT",
              description = "the only project it opens (default: all)")
          String project,
      @Option(
              names = "--days",
              defaultValue = "90",
              description = "until it ends (default: ${DEFAULT-VALUE})")
          int days) {
    var token =
        server
            .api(Access.class)
            .issue(new Access.TokenRequest(subject, project, Set.copyOf(roles), days));
    return server.print(token, () -> server.out().println(token.token()));
  }

  @Command(
      name = "list",
      description = "Every token that is not revoked, without its secret.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var tokens = server.api(Access.class).tokens();
    var table = new Table("ID", "SUBJECT", "PROJECT", "ROLES", "EXPIRES");
    tokens.forEach(t -> table.row(t.id(), t.subject(), t.project(), t.roles(), t.expires()));
    return server.print(tokens, table);
  }

  @Command(name = "revoke", description = "Ends a token at once.", mixinStandardHelpOptions = true)
  int revoke(@Mixin Connection server, @Parameters(paramLabel = "ID") String id) {
    server.api(Access.class).revoke(id);
    server.err().println("revoked " + id);
    return ExitCode.OK;
  }
}
