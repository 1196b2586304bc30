package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.pipelines.Hooks;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What belongs to a project as a whole. */
@Command(
    name = "project",
    description = "A project's settings.",
    mixinStandardHelpOptions = true,
    subcommands = ProjectCommand.HookCommand.class)
final class ProjectCommand {
  /** The webhook. */
  @Command(
      name = "hook",
      description = "The GitHub webhook that asks for releases: set, rotate, show, log, remove.",
      mixinStandardHelpOptions = true)
  static final class HookCommand {
    @Command(
        name = "set",
        description = "Listens to a repository; a new hook's secret is shown once.",
        mixinStandardHelpOptions = true)
    int set(
        @Mixin Connection server, @Parameters(paramLabel = "OWNER/REPOSITORY") String repository) {
      return show(
          server, server.api(Hooks.class).listen(server.project(), new Hooks.Source(repository)));
    }

    @Command(
        name = "rotate",
        description = "Makes a new secret; the one before stays good for a while.",
        mixinStandardHelpOptions = true)
    int rotate(
        @Mixin Connection server,
        @Option(
                names = "--overlap",
                defaultValue = "PT24H",
                description = "for how long, ISO 8601 (default: ${DEFAULT-VALUE})")
            Duration overlap) {
      return show(
          server, server.api(Hooks.class).rotate(server.project(), new Hooks.Rotation(overlap)));
    }

    @Command(
        name = "show",
        description = "The hook, without its secret.",
        mixinStandardHelpOptions = true)
    int show(@Mixin Connection server) {
      var hook = server.api(Hooks.class).hook(server.project());
      return server.print(
          hook,
          new Table("REPOSITORY", "URL", "CHANGED", "OLD SECRET UNTIL")
              .row(
                  hook.repository(),
                  server.client().address() + hook.path(),
                  hook.changed(),
                  hook.previousUntil().map(Object::toString).orElse("-")));
    }

    @Command(
        name = "log",
        description = "What GitHub sent, and what came of it.",
        mixinStandardHelpOptions = true)
    int log(@Mixin Connection server) {
      var deliveries = server.api(Hooks.class).deliveries(server.project());
      var table = new Table("DELIVERY", "EVENT", "STATE", "RECEIVED", "OUTCOME");
      deliveries.forEach(d -> table.row(d.id(), d.event(), d.state(), d.received(), d.outcome()));
      return server.print(deliveries, table);
    }

    @Command(name = "remove", description = "Listens no more.", mixinStandardHelpOptions = true)
    int remove(@Mixin Connection server) {
      server.api(Hooks.class).remove(server.project());
      server.err().println("removed");
      return ExitCode.OK;
    }

    private static int show(Connection server, Hooks.NewSecret made) {
      return server.print(
          made,
          () -> {
            server.err().println("payload URL  " + server.client().address() + made.path());
            server.err().println("content type  application/json");
            server.err().flush();
            made.secret()
                .ifPresentOrElse(
                    server.out()::println, () -> server.err().println("the secret stays as it is"));
          });
    }
  }
}
