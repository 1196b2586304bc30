package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Sql;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the runs of a project. */
@Component
public final class RunSearch {
  private final JdbcClient database;
  private final JdbcClient searches;
  private final Experiments experiments;
  private final RunRows rows;

  RunSearch(JdbcClient database, DataSource source, Experiments experiments, RunRows rows) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.experiments = experiments;
    this.rows = rows;
  }

  /** The page that a filter and an order choose. */
  public Page<TrackedRun> page(
      Name project,
      List<String> experimentIds,
      String filter,
      List<String> orderBy,
      Lifecycle lifecycle,
      int size,
      PageToken from) {
    var homes =
        experimentIds.stream().filter(id -> id.matches("\\d{1,18}")).map(Long::parseLong).toList();
    var query =
        new RunQuery(
            project, homes, experiments.places(project, homes), filter, orderBy, lifecycle);
    var page = Page.cut(ids(query, size + 1, from.offset()), size, from);
    return new Page<>(rows.read(project, page.items()), page.next());
  }

  private List<String> ids(RunQuery query, int limit, long offset) {
    var best = query.best(offset + limit).map(sql -> ids(sql, limit, offset)).orElse(List.of());
    // After them come those without the metric.
    return best.size() == limit ? best : ids(query.ids(), limit, offset);
  }

  private List<String> ids(Sql sql, int limit, long offset) {
    return sql.add("limit ? offset ?", limit, offset)
        .on(searches)
        .query((row, _) -> row.getString("id"))
        .list();
  }

  /** The newest runs of a project that are not deleted. */
  List<TrackedRun> newest(Name project, int limit) {
    return rows.read(
        project,
        database
            .sql(
                """
                select id from registry.run where project = ? and lifecycle = 'active'
                order by started_ms desc, id limit ?
                """)
            .params(project.text(), limit)
            .query((row, _) -> row.getString("id"))
            .list());
  }

  /** The runs whose id begins so, at most two of them. */
  List<TrackedRun> beginningWith(Name project, String digits) {
    return rows.read(
        project,
        database
            .sql(
                "select id from registry.run where project = ? and id >= ? and id < ? || 'g' order"
                    + " by id limit 2")
            .params(project.text(), digits, digits)
            .query((row, _) -> row.getString("id"))
            .list());
  }
}
