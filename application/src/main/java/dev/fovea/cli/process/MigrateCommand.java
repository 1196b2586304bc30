package dev.fovea.cli.process;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.server.Migrations;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings a database to what this build needs, and ends. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Creates or upgrades the schema of every service in a PostgreSQL of yours, and ends.",
      "Servers started with --set fovea.database.schema=verify leave it to this and refuse any other version.",
      "User and password: SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD."
    })
public final class MigrateCommand implements Callable<Integer> {
  @Option(
      names = "--db-url",
      paramLabel = "JDBC-URL",
      description = "the database (default: SPRING_DATASOURCE_URL)")
  private @Nullable String databaseUrl;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "any other setting of spring.datasource")
  private List<String> properties = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    var results = Migrations.run(Optional.ofNullable(databaseUrl), properties);
    var out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    var table = new Table("SCHEMA", "VERSION", "APPLIED NOW");
    results.forEach(result ->
        table.row(
            result.schema(),
            result.version(),
            result.applied().isEmpty() ? "nothing" : String.join(", ", result.applied())));
    out.print(table);
    out.flush();
    return ExitCode.OK;
  }
}
