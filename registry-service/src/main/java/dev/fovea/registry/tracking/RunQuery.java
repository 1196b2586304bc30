package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Comparison;
import dev.fovea.registry.search.Filter;
import dev.fovea.registry.search.Operator;
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Sql;
import java.util.List;
import java.util.Set;

/** A search for runs in MLflow's language, as SQL that finds their ids. */
final class RunQuery {
  private static final Set<String> NUMBERS = Set.of("started_ms", "ended_ms");

  private RunQuery() {}

  /** The ids of the runs that match, in order. */
  static Sql ids(
      Name project,
      List<Long> experiments,
      String filter,
      List<String> orderBy,
      Lifecycle lifecycle) {
    var orders = Order.parse(orderBy);
    var sql = Sql.of("select r.id from registry.run r");
    for (int i = 0; i < orders.size(); i++) {
      join(sql, orders.get(i), i);
    }
    sql.add(
        "where r.project = ? and r.experiment = any(?) and r.lifecycle like ?",
        project.text(),
        experiments.toArray(Long[]::new),
        lifecycle.pattern());
    Filter.parse(filter).forEach(comparison -> restrict(sql, comparison));
    sql.add("order by");
    for (int i = 0; i < orders.size(); i++) {
      sql.add(column(orders.get(i), i) + ",");
    }
    return sql.add("r.started_ms desc, r.id");
  }

  private static void join(Sql sql, Order order, int i) {
    switch (order.entity()) {
      case METRIC ->
          sql.add(
              "left join registry.latest_metric o%1$d on o%1$d.run = r.id and o%1$d.key = ?"
                  .formatted(i),
              order.key());
      case PARAM ->
          sql.add(
              "left join registry.param o%1$d on o%1$d.run = r.id and o%1$d.key = ?".formatted(i),
              order.key());
      case TAG ->
          sql.add(
              "left join registry.tag o%1$d on o%1$d.run = r.id and o%1$d.key = ?".formatted(i),
              order.key());
      case ATTRIBUTE -> {
        // A column of the run itself.
      }
      case DATASET ->
          throw MlflowError.invalid("Invalid order_by clause: runs are not ordered by datasets");
    }
  }

  // Values first, then NaN, then runs without the metric: in both directions, as in MLflow.
  private static String column(Order order, int i) {
    return switch (order.entity()) {
      case METRIC ->
          "case when o%1$d.is_nan then 1 when o%1$d.key is null then 2 else 0 end, o%1$d.value %2$s"
              .formatted(i, order.direction());
      case ATTRIBUTE -> "r.%s %s nulls last".formatted(sortable(order.key()), order.direction());
      default -> "o%d.value %s nulls last".formatted(i, order.direction());
    };
  }

  private static void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case METRIC -> metric(sql, comparison);
      case PARAM -> sql.having("registry.param x where x.run = r.id", comparison);
      case TAG -> sql.having("registry.tag x where x.run = r.id", comparison);
      case DATASET -> dataset(sql, comparison);
      case ATTRIBUTE -> attribute(sql, comparison);
    }
  }

  private static void metric(Sql sql, Comparison comparison) {
    var nan = comparison.operator() == Operator.NOT_EQUAL ? "x.is_nan or" : "not x.is_nan and";
    sql.add(
        """
        and exists (select 1 from registry.latest_metric x where x.run = r.id and x.key = ? and (%s x.value %s ?))
        """
            .formatted(nan, comparison.operator().sql()),
        comparison.key(),
        comparison.number());
  }

  private static void dataset(Sql sql, Comparison comparison) {
    sql.add(
        "and exists (select 1 from registry.run_dataset u join registry.dataset d on d.id = u.dataset where u.run = r.id and");
    switch (comparison.key()) {
      case "name" -> sql.matching("d.name", comparison);
      case "digest" -> sql.matching("d.digest", comparison);
      case "context" ->
          sql.add(
                  "exists (select 1 from jsonb_array_elements(u.tags) t where t ->> 'key' = 'mlflow.data.context' and")
              .matching("t ->> 'value'", comparison)
              .add(")");
      default ->
          throw MlflowError.invalid(
              "Invalid dataset key '%s' specified. Valid keys are '['context', 'digest', 'name']'"
                  .formatted(Text.excerpt(comparison.key())));
    }
    sql.add(")");
  }

  private static void attribute(Sql sql, Comparison comparison) {
    var column = attribute(comparison.key());
    if (NUMBERS.contains(column)) {
      sql.add("and r.%s %s ?".formatted(column, comparison.operator().sql()), comparison.number());
      return;
    }
    if (comparison.operator().takesList() && !column.equals("id")) {
      throw MlflowError.invalid(
          "Only ['run_id'] attributes support comparison with a list of quoted string values.");
    }
    if (!comparison.operator().matchesText() && !comparison.operator().takesList()) {
      throw MlflowError.invalid(
          "Invalid comparator '%s' for attribute '%s'"
              .formatted(comparison.operator().sql(), comparison.key()));
    }
    if (column.equals("artifact_uri")) {
      sql.add("and")
          .matching(
              "'mlflow-artifacts:/' || r.experiment || '/' || r.id || '/artifacts'", comparison);
    } else {
      sql.add("and").matching("r." + column, comparison);
    }
  }

  // The URI is made of the id, so it sorts by it.
  private static String sortable(String key) {
    var column = attribute(key);
    return column.equals("artifact_uri") ? "id" : column;
  }

  private static String attribute(String key) {
    return switch (key) {
      case "run_id", "Run ID" -> "id";
      case "run_name", "run name", "Run name", "Run Name" -> "name";
      case "user_id", "User" -> "user_id";
      case "status" -> "status";
      case "start_time", "created", "Created" -> "started_ms";
      case "end_time" -> "ended_ms";
      case "artifact_uri" -> "artifact_uri";
      default ->
          throw MlflowError.invalid(
              "Invalid attribute key '%s' specified. Valid keys are '['artifact_uri', 'created', 'end_time', 'run_id', 'run_name', 'start_time', 'status', 'user_id']'"
                  .formatted(Text.excerpt(key)));
    };
  }
}
