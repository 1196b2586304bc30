package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Comparison;
import dev.fovea.registry.search.Filter;
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Sql;
import java.util.List;

/** A search for logged models in MLflow's language. */
public record LoggedModelQuery(
    List<Long> experiments, List<Comparison> filter, List<Order> orders, List<String> datasets) {
  private static final String METRIC =
      "(select m.value from registry.logged_model_metric m where m.model = l.id and m.key = ? and not m.is_nan order by m.step desc, m.at_ms desc limit 1)";

  /** Reads MLflow's message. */
  public static LoggedModelQuery of(Fields fields) {
    var orders =
        fields.objects("order_by").stream()
            .map(order ->
                "%s %s"
                    .formatted(
                        order.text("field_name"),
                        order.has("ascending") && !order.flag("ascending") ? "DESC" : "ASC"))
            .toList();
    var experiments = fields.texts("experiment_ids");
    if (experiments.isEmpty()) {
      throw MlflowError.invalid("Missing value for required parameter 'experiment_ids'.");
    }
    return new LoggedModelQuery(
        experiments.stream().filter(id -> id.matches("\\d{1,18}")).map(Long::parseLong).toList(),
        Filter.parse(fields.optionalText("filter").orElse("")),
        Order.parse(orders),
        fields.objects("datasets").stream().map(dataset -> dataset.text("dataset_name")).toList());
  }

  Sql after(String select, Name project) {
    var sql =
        Sql.of(
            select + " where l.project = ? and l.lifecycle = 'active' and l.experiment = any(?)",
            project.text(),
            experiments.toArray(Long[]::new));
    filter.forEach(comparison -> restrict(sql, comparison));
    if (!datasets.isEmpty()) {
      sql.add(
          "and exists (select 1 from registry.logged_model_metric d where d.model = l.id and d.dataset_name = any(?))",
          (Object) datasets.toArray(String[]::new));
    }
    sql.add("order by");
    orders.forEach(order -> sort(sql, order));
    return sql.add("l.created_ms desc, l.id");
  }

  private static void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case METRIC ->
          sql.add(
              "and exists (select 1 from registry.logged_model_metric x where x.model = l.id and x.key = ? and not x.is_nan and x.value %s ?)"
                  .formatted(comparison.operator().sql()),
              comparison.key(),
              comparison.number());
      case PARAM -> sql.having("registry.logged_model_param x where x.model = l.id", comparison);
      case TAG -> sql.having("registry.logged_model_tag x where x.model = l.id", comparison);
      case DATASET -> throw MlflowError.invalid("Invalid entity type 'dataset' for logged models");
      case ATTRIBUTE -> attribute(sql, comparison);
    }
  }

  private static void attribute(Sql sql, Comparison comparison) {
    var column = column(comparison.key());
    if (column.endsWith("_ms")) {
      sql.add("and l.%s %s ?".formatted(column, comparison.operator().sql()), comparison.number());
    } else if (column.equals("status")) {
      sql.add("and").matching("replace(l.status, 'LOGGED_MODEL_', '')", comparison);
    } else {
      sql.add("and").matching("l." + column, comparison);
    }
  }

  private static void sort(Sql sql, Order order) {
    switch (order.entity()) {
      case METRIC -> sql.add(METRIC + " %s nulls last,".formatted(order.direction()), order.key());
      case ATTRIBUTE ->
          sql.add("l.%s %s nulls last,".formatted(column(order.key()), order.direction()));
      default ->
          throw MlflowError.invalid(
              "Invalid order_by: logged models are ordered by attributes and metrics");
    }
  }

  private static String column(String key) {
    return switch (key) {
      case "name" -> "name";
      case "model_id" -> "id";
      case "model_type" -> "model_type";
      case "status" -> "status";
      case "source_run_id" -> "source_run";
      case "creation_timestamp", "creation_timestamp_ms", "creation_time" -> "created_ms";
      case "last_updated_timestamp", "last_updated_timestamp_ms" -> "updated_ms";
      default ->
          throw MlflowError.invalid(
              "Invalid attribute key '%s' specified. Valid keys are '['creation_timestamp', 'last_updated_timestamp', 'model_id', 'model_type', 'name', 'source_run_id', 'status']'"
                  .formatted(Text.excerpt(key)));
    };
  }
}
