package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Projects;
import dev.fovea.pipelines.Releases;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is there and what waits for somebody. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Every project that you may see, and what waits for a person.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private Connection server = new Connection();

  @Override
  public Integer call() {
    var projects = server.api(Projects.class).projects();
    var table = new Table("PROJECT", "HEAD", "DATASETS", "RELEASES", "WAITS FOR YOU");
    for (var project : projects) {
      var waiting =
          server.api(Rollouts.class).rollouts(project.name()).stream()
              .filter(r -> r.state() == Rollout.State.AWAITING_APPROVAL)
              .count();
      table.row(
          project.name(),
          project.head().map(head -> head.substring(0, 8)).orElse("empty"),
          server.api(Datasets.class).heads(project.name()).size(),
          server.api(Releases.class).releases(project.name()).size(),
          waiting == 0 ? "nothing" : waiting + " to approve");
    }
    return server.print(projects, table);
  }
}
