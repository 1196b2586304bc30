package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Caller;
import dev.fovea.registry.Access;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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
              split = ",",
              defaultValue = "*",
              paramLabel = "PROJECT",
              description = "the only projects it opens (default: all)")
          List<String> projects,
      @Option(
              names = "--scope",
              split = ",",
              description =
                  "narrows it: read changes nothing; tracking leaves MLflow's API alone, data Git and DVC, inference models that are served")
          @Nullable List<Caller.Scope> scopes,
      @Option(
              names = "--days",
              defaultValue = "90",
              description = "until it ends (default: ${DEFAULT-VALUE})")
          int days) {
    var token =
        server
            .api(Access.class)
            .issue(
                new Access.TokenRequest(
                    subject,
                    projects.getFirst(),
                    Set.copyOf(roles),
                    days,
                    Set.copyOf(projects.subList(1, projects.size())),
                    scopes == null ? Set.of() : Set.copyOf(scopes)));
    return server.print(token, () -> server.out().println(token.token()));
  }

  @Command(
      name = "list",
      description = "Every token that is not revoked, without its secret.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var tokens = server.api(Access.class).tokens();
    var table =
        new Table("ID", "SUBJECT", "PROJECT", "ROLES", "EXPIRES", "NARROWED TO", "ISSUED BY");
    tokens.forEach(t ->
        table.row(
            t.id(),
            t.subject(),
            projects(t),
            t.roles(),
            t.expires(),
            t.scopes().isEmpty() ? "" : t.scopes(),
            t.issuedBy()));
    return server.print(tokens, table);
  }

  @Command(name = "revoke", description = "Ends a token at once.", mixinStandardHelpOptions = true)
  int revoke(@Mixin Connection server, @Parameters(paramLabel = "ID") String id) {
    server.api(Access.class).revoke(id);
    server.err().println("revoked " + id);
    return ExitCode.OK;
  }

  private static String projects(Access.Token token) {
    var all = new TreeSet<>(token.others());
    all.add(token.project());
    return String.join(",", all);
  }
}
