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
import java.util.Optional;
import java.util.Set;

/** A search for runs in MLflow's language, as SQL that finds their ids. */
final class RunQuery {
  private static final Set<String> NUMBERS = Set.of("started_ms", "ended_ms");

  /** So many characters of a text are in an index. */
  private static final int HEAD = 64;

  private final Name project;
  private final List<Long> experiments;
  private final Long[] places;
  private final List<Comparison> comparisons;
  private final List<Order> orders;
  private final Lifecycle lifecycle;

  /**
   * A search among the runs of some experiments.
   *
   * @param places those of the experiments: an index finds a key's values among them, whatever
   *     other experiments have
   */
  RunQuery(
      Name project,
      List<Long> experiments,
      Long[] places,
      String filter,
      List<String> orderBy,
      Lifecycle lifecycle) {
    this.project = project;
    this.experiments = experiments;
    this.places = places;
    this.orders = Order.parse(orderBy);
    this.comparisons = Filter.parse(filter);
    this.lifecycle = lifecycle;
  }

  /** The ids of the runs that match, in order. */
  Sql ids() {
    var sql = Sql.of("select r.id from registry.run r");
    for (int i = 0; i < orders.size(); i++) {
      join(sql, orders.get(i), i);
    }
    for (int i = 0; i < comparisons.size(); i++) {
      if (comparisons.get(i).entity() == Entity.METRIC) {
        metric(sql, comparisons.get(i), i);
      }
    }
    living(sql);
    comparisons.forEach(comparison -> restrict(sql, comparison));
    sql.add("order by");
    for (int i = 0; i < orders.size(); i++) {
      sql.add(column(orders.get(i), i) + ",");
    }
    return sql.add("r.started_ms desc, r.id");
  }

  /**
   * The beginning of {@link #ids()} for the best runs by a metric: those that have it and not as
   * NaN. An index has them in that order, so that a page costs the same among ten thousand runs and
   * among a million. Absent for any other search: with a filter, the runs that match may all be at
   * that index's other end.
   *
   * @param most how many are asked for, from the first one on
   */
  Optional<Sql> best(long most) {
    if (places.length != 1
        || orders.size() != 1
        || orders.getFirst().entity() != Entity.METRIC
        || !comparisons.isEmpty()) {
      return Optional.empty();
    }
    var sql = Sql.of("select id from (");
    best(sql, "o.ranked", "o.ranked < 'NaN'", most);
    sql.add("union all");
    best(sql, "o.value", "o.ranked is null and not o.is_nan", most);
    return Optional.of(
        sql.add(
            ") b order by value %s, started_ms desc, id".formatted(orders.getFirst().direction())));
  }

  private void best(Sql sql, String value, String which, long most) {
    sql.add(
        """
        (select r.id, r.started_ms, %s as value
        from registry.latest_metric o join registry.run r on r.id = o.run
        """
            .formatted(value));
    living(sql)
        .add(
            "and o.place = ? and o.key = ? and %s order by %s %s, r.started_ms desc, r.id limit ?)"
                .formatted(which, value, orders.getFirst().direction()),
            places[0],
            orders.getFirst().key(),
            most);
  }

  private Sql living(Sql sql) {
    sql.add("where r.project = ? and r.lifecycle like ? and", project.text(), lifecycle.pattern());
    return oneOf(sql, "r.experiment", experiments.toArray(Long[]::new));
  }

  /** Of one value an index is in the order of what follows it there; of several it is not. */
  private static Sql oneOf(Sql sql, String column, Long[] values) {
    return values.length == 1
        ? sql.add(column + " = ?", values[0])
        : sql.add(column + " = any(?)", (Object) values);
  }

  private Sql atPlaces(Sql sql) {
    return oneOf(sql, "place", places);
  }

  private void join(Sql sql, Order order, int i) {
    switch (order.entity()) {
      case METRIC -> {
        sql.add("left join (select run, ranked as value from registry.latest_metric where");
        atPlaces(sql).add("and key = ? and ranked is not null union all", order.key());
        sql.add(
            "select run, case when is_nan then 'NaN' else value end from registry.latest_metric"
                + " where");
        atPlaces(sql)
            .add(
                "and key = ? and ranked is null) o%1$d on o%1$d.run = r.id".formatted(i),
                order.key());
      }
      case PARAM -> join(sql, "param", order, i);
      case TAG -> join(sql, "tag", order, i);
      case ATTRIBUTE -> {
        // A column of the run itself.
      }
      case DATASET ->
          throw MlflowError.invalid("Invalid order_by clause: runs are not ordered by datasets");
    }
  }

  private void join(Sql sql, String table, Order order, int i) {
    sql.add("left join registry.%2$s o%1$d on o%1$d.run = r.id and".formatted(i, table));
    oneOf(sql, "o%d.place".formatted(i), places).add("and o%d.key = ?".formatted(i), order.key());
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

  private void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case METRIC -> {
        // Joined.
      }
      case PARAM -> text(sql, "param", comparison);
      case TAG -> text(sql, "tag", comparison);
      case DATASET -> dataset(sql, comparison);
      case ATTRIBUTE -> attribute(sql, comparison);
    }
  }

  // A join, since a run has a key once, and of a union a planner does not know how many runs it
  // has. NaN is above all in PostgreSQL's order.
  private void metric(Sql sql, Comparison comparison, int i) {
    var operator = comparison.operator();
    var nan =
        switch (operator) {
          case GREATER, AT_LEAST -> " and ranked < 'NaN'";
          default -> "";
        };
    sql.add("join (select run from registry.latest_metric where");
    atPlaces(sql)
        .add(
            "and key = ? and ranked %s ?%s union all".formatted(operator.sql(), nan),
            comparison.key(),
            comparison.number());
    sql.add("select run from registry.latest_metric where");
    atPlaces(sql)
        .add(
            "and key = ? and ranked is null and (%2$s value %3$s ?)) c%1$d on c%1$d.run = r.id"
                .formatted(
                    i,
                    operator == Operator.NOT_EQUAL ? "is_nan or" : "not is_nan and",
                    operator.sql()),
            comparison.key(),
            comparison.number());
  }

  private void text(Sql sql, String table, Comparison comparison) {
    var operator = comparison.operator();
    sql.add(
        "and %sexists (select 1 from registry.%s x where x.run = r.id and"
            .formatted(operator == Operator.IS_NULL ? "not " : "", table));
    oneOf(sql, "x.place", places).add("and x.key = ?", comparison.key());
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
