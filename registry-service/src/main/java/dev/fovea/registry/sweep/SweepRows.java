package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of sweeps. */
@Component
final class SweepRows {
  private final JdbcClient database;

  SweepRows(JdbcClient database) {
    this.database = database;
  }

  /**
   * Whether no sweep has this plan's name yet.
   *
   * @throws SweepConflict where one with another plan has
   */
  boolean isNew(Name project, SweepPlan plan) {
    var same =
        database
            .sql("select plan::jsonb = ?::jsonb from registry.sweep where project = ? and name = ?")
            .params(plan.json(), project.text(), plan.name().text())
            .query(Boolean.class)
            .optional();
    if (same.isPresent() && !same.get()) {
      throw new SweepConflict(
          "sweep '%s' of project '%s' exists with another plan".formatted(plan.name(), project),
          "give the new sweep a name of its own");
    }
    return same.isEmpty();
  }

  /** Keeps it; false where its name is taken. */
  boolean add(Name project, long experiment, SweepPlan plan, String by) {
    return database
            .sql(
                """
                insert into registry.sweep (project, name, experiment, plan, created_by, metric) values (?, ?, ?, ?, ?, ?::text)
                on conflict (project, name) do nothing
                """)
            .params(
                project.text(),
                plan.name().text(),
                experiment,
                plan.json(),
                by,
                Sql.orNull(plan.objectives().value().map(Objectives.Source::metric)))
            .update()
        == 1;
  }

  /** One of them. */
  Row load(Name project, Name name) {
    return load(project, name, "");
  }

  /** One of them, which nobody else changes until the transaction is over. */
  Row lock(Name project, Name name) {
    return load(project, name, " for update");
  }

  /** The least resource of successive halving, where it is settled. */
  OptionalLong minResource(long sweep) {
    return database
        .sql("select min_resource from registry.sweep where id = ? and min_resource is not null")
        .param(sweep)
        .query(Long.class)
        .optional()
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** Settles the least resource of successive halving. */
  void settle(long sweep, long minResource) {
    database
        .sql("update registry.sweep set min_resource = ? where id = ?")
        .params(minResource, sweep)
        .update();
  }

  private Row load(Name project, Name name, String lock) {
    return database
        .sql("select * from registry.sweep where project = ? and name = ?" + lock)
        .params(project.text(), name.text())
        .query((row, _) -> row(project, row))
        .optional()
        .orElseThrow(() ->
            new NoSuchThing("sweep", name.text(), "make it first: POST its plan to …/sweeps"));
  }

  private static Row row(Name project, ResultSet row) throws SQLException {
    return new Row(
        row.getLong("id"),
        project,
        row.getLong("experiment"),
        SweepPlan.of(Body.parse(row.getString("plan"), SweepPlan.FIELDS)));
  }

  /** A sweep. */
  record Row(long id, Name project, long experiment, SweepPlan plan) {}
}
