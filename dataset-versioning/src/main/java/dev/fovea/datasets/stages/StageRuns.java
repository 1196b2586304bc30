package dev.fovea.datasets.stages;

import dev.fovea.datasets.stages.StageRun.Data;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The runs of stages that are in the lineage, and the folders that they read and made. */
@Repository
public class StageRuns {
  private static final int MOST_LINKED = 100;

  private final JdbcClient db;

  StageRuns(JdbcClient db) {
    this.db = db;
  }

  /**
   * A run that read or made a folder.
   *
   * @param run in the lineage graph
   * @param made whether it made it
   */
  public record Link(LineageNode run, boolean made) {}

  /** Adds a run; false when it is there, from this commit or from one before. */
  public boolean add(Name project, StageRun run, GitCommit commit, Instant at) {
    var node = run.node();
    int added =
        db.sql(
                """
                insert into datasets.stage_run (project, digest, label, commit_sha, at)
                values (:project, :digest, :label, :commit, :at) on conflict do nothing
                """)
            .param("project", project.text())
            .param("digest", node.digest().toString())
            .param("label", node.label())
            .param("commit", commit.sha())
            .param("at", at.atOffset(ZoneOffset.UTC))
            .update();
    if (added == 0) {
      return false;
    }
    run.deps().forEach(dep -> add(project, node.digest(), dep, false));
    run.outs().forEach(out -> add(project, node.digest(), out, true));
    return true;
  }

  private void add(Name project, Digest run, Data data, boolean made) {
    data.object()
        .ifPresent(object ->
            db.sql(
                    """
                    insert into datasets.stage_data (project, run, object, made)
                    values (:project, :run, :object, :made) on conflict do nothing
                    """)
                .param("project", project.text())
                .param("run", run.toString())
                .param("object", object)
                .param("made", made)
                .update());
  }

  /**
   * The runs that read or made a folder, newest first; at most 100.
   *
   * @param folder name of its object by DVC 3
   */
  public List<Link> of(Name project, String folder) {
    return db.sql(
            """
            select run.digest, run.label, data.made from datasets.stage_data data
            join datasets.stage_run run on run.project = data.project and run.digest = data.run
            where data.project = :project and data.object = :object
            order by run.at desc, run.digest, data.made limit :most
            """)
        .param("project", project.text())
        .param("object", Data.md5(folder))
        .param("most", MOST_LINKED)
        .query((row, _) ->
            new Link(
                new LineageNode(
                    Kind.STAGE, Digest.parse(row.getString("digest")), row.getString("label")),
                row.getBoolean("made")))
        .list();
  }
}
