package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Comparison;
import dev.fovea.registry.search.Entity;
import dev.fovea.registry.search.Filter;
import dev.fovea.registry.search.Operator;
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Sql;
import java.util.List;
import java.util.Set;

/** A search for runs in MLflow's language, as SQL that finds their ids. */
final class RunQuery {
  private static final Set<String> NUMBERS = Set.of("started_ms", "ended_ms");

  /** So many characters of a text are in an index. */
  private static final int HEAD = 64;

  private RunQuery() {}

  /**
   * The ids of the runs that match, in order.
   *
   * @param places those of the experiments: an index finds a key's values among them, whatever
   *     other experiments have
   */
  static Sql ids(
      Name project,
      List<Long> experiments,
      Long[] places,
      String filter,
      List<String> orderBy,
      Lifecycle lifecycle) {
    var orders = Order.parse(orderBy);
    var comparisons = Filter.parse(filter);
    var sql = Sql.of("select r.id from registry.run r");
    for (int i = 0; i < orders.size(); i++) {
      join(sql, places, orders.get(i), i);
    }
    for (int i = 0; i < comparisons.size(); i++) {
      if (comparisons.get(i).entity() == Entity.METRIC) {
        metric(sql, places, comparisons.get(i), i);
      }
    }
    sql.add(
        "where r.project = ? and r.experiment = any(?) and r.lifecycle like ?",
        project.text(),
        experiments.toArray(Long[]::new),
        lifecycle.pattern());
    comparisons.forEach(comparison -> restrict(sql, places, comparison));
    sql.add("order by");
    for (int i = 0; i < orders.size(); i++) {
      sql.add(column(orders.get(i), i) + ",");
    }
    return sql.add("r.started_ms desc, r.id");
  }

  private static void join(Sql sql, Long[] places, Order order, int i) {
    switch (order.entity()) {
      case METRIC ->
          sql.add(
              """
              left join (
                select run, ranked as value from registry.latest_metric
                where place = any(?) and key = ? and ranked is not null
                union all
                select run, case when is_nan then 'NaN' else value end from registry.latest_metric
                where place = any(?) and key = ? and ranked is null) o%1$d on o%1$d.run = r.id
              """
                  .formatted(i),
              places,
              order.key(),
              places,
              order.key());
      case PARAM -> join(sql, places, "param", order, i);
      case TAG -> join(sql, places, "tag", order, i);
      case ATTRIBUTE -> {
        // A column of the run itself.
      }
      case DATASET ->
          throw MlflowError.invalid("Invalid order_by clause: runs are not ordered by datasets");
    }
  }

  private static void join(Sql sql, Long[] places, String table, Order order, int i) {
    sql.add(
        "left join registry.%2$s o%1$d on o%1$d.run = r.id and o%1$d.place = any(?) and o%1$d.key = ?"
            .formatted(i, table),
        places,
        order.key());
  }

  // Values first, then NaN, then runs without the metric: in both directions, as in MLflow.
  private static String column(Order order, int i) {
    return switch (order.entity()) {
      case METRIC ->
          "case when o%1$d.value = 'NaN' then 1 when o%1$d.value is null then 2 else 0 end, o%1$d.value %2$s"
              .formatted(i, order.direction());
      case ATTRIBUTE -> "r.%s %s nulls last".formatted(sortable(order.key()), order.direction());
      default -> "o%d.value %s nulls last".formatted(i, order.direction());
    };
  }

  private static void restrict(Sql sql, Long[] places, Comparison comparison) {
    switch (comparison.entity()) {
      case METRIC -> {
        // Joined.
      }
      case PARAM -> text(sql, places, "param", comparison);
      case TAG -> text(sql, places, "tag", comparison);
      case DATASET -> dataset(sql, comparison);
      case ATTRIBUTE -> attribute(sql, comparison);
    }
  }

  // A join, since a run has a key once, and of a union a planner does not know how many runs it
  // has. NaN is above all in PostgreSQL's order.
  private static void metric(Sql sql, Long[] places, Comparison comparison, int i) {
    var operator = comparison.operator();
    var nan =
        switch (operator) {
          case GREATER, AT_LEAST -> " and ranked < 'NaN'";
          default -> "";
        };
    sql.add(
        """
        join (
          select run from registry.latest_metric where place = any(?) and key = ? and ranked %2$s ?%3$s
          union all
          select run from registry.latest_metric
          where place = any(?) and key = ? and ranked is null and (%4$s value %2$s ?)) c%1$d on c%1$d.run = r.id
        """
            .formatted(
                i,
                operator.sql(),
                nan,
                operator == Operator.NOT_EQUAL ? "is_nan or" : "not is_nan and"),
        places,
        comparison.key(),
        comparison.number(),
        places,
        comparison.key(),
        comparison.number());
  }

  private static void text(Sql sql, Long[] places, String table, Comparison comparison) {
    var operator = comparison.operator();
    sql.add(
        "and %sexists (select 1 from registry.%s x where x.run = r.id and x.place = any(?) and x.key = ?"
            .formatted(operator == Operator.IS_NULL ? "not " : "", table),
        places,
        comparison.key());
    if (operator == Operator.EQUAL) {
      sql.add("and x.head = left(?, %d)".formatted(HEAD), comparison.word());
    }
    // A shorter value is all in its head, and a planner takes two conditions for rarer than one.
    if (!operator.asksPresence()
        && (operator != Operator.EQUAL || comparison.word().length() >= HEAD)) {
      sql.add("and").matching("x.value", comparison);
    }
    sql.add(")");
  }

  private static void dataset(Sql sql, Comparison comparison) {
    sql.add(
        "and exists (select 1 from registry.run_dataset u join registry.dataset d on d.id ="
            + " u.dataset where u.run = r.id and");
    switch (comparison.key()) {
      case "name" -> sql.matching("d.name", comparison);
      case "digest" -> sql.matching("d.digest", comparison);
      case "context" ->
          sql.add(
                  "exists (select 1 from jsonb_array_elements(u.tags) t where t ->> 'key' ="
                      + " 'mlflow.data.context' and")
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
