package dev.fovea.datasets.versions;

import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How far each branch has been turned into versions. */
@Repository
class RecordedBranches {
  private final JdbcClient db;

  RecordedBranches(JdbcClient db) {
    this.db = db;
  }

  /** The last recorded commit of each branch. */
  Map<String, GitCommit> of(Name project) {
    var branches = new HashMap<String, GitCommit>();
    db.sql("select name, commit_sha from datasets.branch where project = :project")
        .param("project", project.text())
        .query(
            (row, _) -> Map.entry(row.getString("name"), GitCommit.of(row.getString("commit_sha"))))
        .list()
        .forEach(entry -> branches.put(entry.getKey(), entry.getValue()));
    return branches;
  }

  void record(Name project, String branch, GitCommit commit) {
    db.sql(
            """
            insert into datasets.branch (project, name, commit_sha) values (:project, :name, :commit)
            on conflict (project, name) do update set commit_sha = excluded.commit_sha
            """)
        .param("project", project.text())
        .param("name", branch)
        .param("commit", commit.sha())
        .update();
  }

  /** Forgets a branch that is gone; its versions stay. */
  void forget(Name project, String branch) {
    for (var sql :
        new String[] {
          "delete from datasets.branch where project = :project and name = :name",
          "delete from datasets.head where project = :project and branch = :name"
        }) {
      db.sql(sql).param("project", project.text()).param("name", branch).update();
    }
  }
}
