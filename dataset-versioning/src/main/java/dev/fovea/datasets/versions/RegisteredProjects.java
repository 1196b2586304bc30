package dev.fovea.datasets.versions;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The projects that exist. */
@Repository
public class RegisteredProjects {
  private final JdbcClient db;

  RegisteredProjects(JdbcClient db) {
    this.db = db;
  }

  /** Adds one; one that exists is left as it is. */
  public void add(Name project) {
    db.sql("insert into datasets.project (name) values (:name) on conflict do nothing")
        .param("name", project.text())
        .update();
  }

  /** All, with the time each was made. */
  public Map<Name, Instant> all() {
    var projects = new TreeMap<Name, Instant>();
    db.sql("select name, created from datasets.project")
        .query((row, _) ->
            Map.entry(
                Name.of(row.getString("name")),
                row.getObject("created", OffsetDateTime.class).toInstant()))
        .list()
        .forEach(entry -> projects.put(entry.getKey(), entry.getValue()));
    return projects;
  }

  /**
   * Makes sure that there is one.
   *
   * @throws NoSuchThing otherwise
   */
  public void require(Name project) {
    boolean exists =
        db.sql("select exists (select from datasets.project where name = :name)")
            .param("name", project.text())
            .query(Boolean.class)
            .single();
    if (!exists) {
      throw new NoSuchThing(
          "project", project.text(), "run 'fovea projects' to see those that you may use");
    }
  }
}
