package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.registry.lineage.LineageNodes;
import dev.fovea.roles.queue.Queue;
import java.time.Instant;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Draws the arrows from dataset versions to runs. */
@Component
final class RunLineage {
  private static final Set<String> EVALUATION =
      Set.of("eval", "evaluation", "test", "testing", "validation");

  private final JdbcClient database;
  private final LineageNodes nodes;
  private final Queue queue;

  RunLineage(JdbcClient database, LineageNodes nodes, @Qualifier("registryQueue") Queue queue) {
    this.database = database;
    this.nodes = nodes;
    this.queue = queue;
  }

  /**
   * A run used a dataset version; published in the caller's transaction.
   *
   * @param dataset what to call the version where the graph has no name for it yet
   * @param context what for, in MLflow's words
   */
  void trainedOn(Name project, String run, Digest version, String dataset, String context) {
    var label = nodes.label(project, version).orElse(dataset + " " + version.abbreviated());
    queue.publish(
        new LineageLinked(
            project,
            new LineageNode(LineageNode.Kind.DATASET_VERSION, version, label),
            EVALUATION.contains(context) ? "evaluated on" : "trained on",
            node(project, run),
            Instant.now()));
  }

  /** A run's code was at this commit; published in the caller's transaction. */
  void runFrom(Name project, String run, GitCommit commit) {
    queue.publish(
        new LineageLinked(
            project,
            LineageNode.named(
                LineageNode.Kind.COMMIT, commit.sha(), "commit " + commit.abbreviated()),
            "run from",
            node(project, run),
            Instant.now()));
  }

  private LineageNode node(Name project, String run) {
    var name =
        database
            .sql("select name from registry.run where project = ? and id = ?")
            .params(project.text(), run)
            .query(String.class)
            .single();
    return LineageNode.named(LineageNode.Kind.RUN, run, "run " + name);
  }
}
