package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.registry.Runs;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Training runs. */
@Command(
    name = "run",
    description = "Training runs, logged by MLflow's clients.",
    mixinStandardHelpOptions = true)
final class RunCommand {
  @Command(name = "list", description = "The newest runs.", mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var runs = server.api(Runs.class).newest(server.project(), 50);
    var table = new Table("RUN", "NAME", "STATUS", "STARTED", "METRICS");
    runs.forEach(r ->
        table.row(
            r.id().substring(0, 8), r.name(), r.status(), r.started(), shortened(r.metrics())));
    return server.print(runs, table);
  }

  @Command(name = "show", description = "One run.", mixinStandardHelpOptions = true)
  int show(@Mixin Connection server, @Parameters(paramLabel = "RUN") String id) {
    var run = server.api(Runs.class).run(server.project(), id);
    var table = new Table("WHAT", "NAME", "VALUE").row("run", run.name(), run.id());
    run.params().forEach((key, value) -> table.row("param", key, value));
    run.metrics().forEach((key, value) -> table.row("metric", key, value));
    run.datasets().forEach(use -> table.row("dataset", use.name(), use.digest()));
    return server.print(run, table);
  }

  private static String shortened(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(4)
        .map(e -> "%s %.4g".formatted(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
