package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import java.util.List;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** The parameters of logged models, which never change, and their tags, which do. */
@Component
public final class LoggedModelLabels {
  private static final String VERSIONS_TAG = "mlflow.modelVersions";
  private static final int MOST = 1_000;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final JsonMapper json;

  LoggedModelLabels(JdbcClient database, TransactionTemplate transaction, JsonMapper json) {
    this.database = database;
    this.transaction = transaction;
    this.json = json;
  }

  /** Sets tags. */
  public void tag(Name project, String model, List<KeyValue> tags) {
    requireActive(project, model);
    transaction.executeWithoutResult(_ -> putTags(model, tags));
  }

  /** Takes a tag away. */
  public void untag(Name project, String model, String key) {
    requireActive(project, model);
    var gone =
        database
            .sql("delete from registry.logged_model_tag where model = ? and key = ?")
            .params(model, key)
            .update();
    if (gone == 0) {
      throw MlflowError.missing(
          "No tag with key '%s' found for model with ID '%s'.".formatted(Text.excerpt(key), model));
    }
  }

  /** Adds parameters; the same ones again are no error. */
  public void param(Name project, String model, List<KeyValue> params) {
    requireActive(project, model);
    transaction.executeWithoutResult(_ -> putParams(model, params));
  }

  /**
   * Notes, in the caller's transaction and as MLflow's clients read it, that a logged model became
   * a version of a registered model.
   */
  void registeredAs(String model, Version version) {
    var list =
        database
            .sql("select value from registry.logged_model_tag where model = ? and key = ?")
            .params(model, VERSIONS_TAG)
            .query(String.class)
            .optional()
            .map(this::list)
            .orElseGet(json::createArrayNode);
    list.add(json.createObjectNode().put("name", version.model()).put("version", version.number()));
    putTags(model, List.of(new KeyValue(VERSIONS_TAG, list.toString())));
  }

  /** Writes tags in the caller's transaction; the last of several values of a key stays. */
  void putTags(String model, List<KeyValue> tags) {
    refuseMore("tags", tags.size());
    // Sorted by key, so that two calls never wait for each other's rows crosswise.
    var last = new TreeMap<String, String>();
    tags.stream().map(Limits::tag).forEach(tag -> last.put(tag.key(), tag.value()));
    database
        .sql(
            """
            insert into registry.logged_model_tag (model, key, value)
            select ?, t.* from unnest(?::text[], ?::text[]) t
            on conflict (model, key) do update set value = excluded.value
            """)
        .params(model, last.keySet().toArray(String[]::new), last.values().toArray(String[]::new))
        .update();
  }

  /** Writes parameters in the caller's transaction. */
  void putParams(String model, List<KeyValue> params) {
    refuseMore("params", params.size());
    var cut = params.stream().map(Limits::param).toList();
    var keys = cut.stream().map(KeyValue::key).toArray(String[]::new);
    var values = cut.stream().map(KeyValue::value).toArray(String[]::new);
    database
        .sql(
            """
            insert into registry.logged_model_param (model, key, value)
            select ?, p.* from unnest(?::text[], ?::text[]) p on conflict do nothing
            """)
        .params(model, keys, values)
        .update();
    database
        .sql(
            """
            select p.key, p.value as old, n.value as new from registry.logged_model_param p
            join unnest(?::text[], ?::text[]) n(key, value) on n.key = p.key and n.value <> p.value
            where p.model = ? limit 1
            """)
        .params(keys, values, model)
        .query((row, _) ->
            "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for model ID='%s'. Attempted logging new value '%s'."
                .formatted(
                    row.getString("key"),
                    Text.excerpt(row.getString("old")),
                    model,
                    Text.excerpt(row.getString("new"))))
        .optional()
        .ifPresent(changed -> {
          throw MlflowError.invalid(changed);
        });
  }

  static MlflowError noSuchModel(String id) {
    return MlflowError.missing("Logged model with ID '%s' not found.".formatted(Text.excerpt(id)));
  }

  private void requireActive(Name project, String model) {
    var there =
        database
            .sql(
                "select count(*) from registry.logged_model where project = ? and id = ? and lifecycle = 'active'")
            .params(project.text(), model)
            .query(Long.class)
            .single();
    if (there == 0) {
      throw noSuchModel(model);
    }
  }

  // Clients write this tag too, so it may hold anything.
  private ArrayNode list(String text) {
    try {
      return json.readTree(text) instanceof ArrayNode list ? list : json.createArrayNode();
    } catch (JacksonException e) {
      return json.createArrayNode();
    }
  }

  private static void refuseMore(String what, int count) {
    if (count > MOST) {
      throw MlflowError.invalid(
          "%s: %d in one call (expected: at most %d)".formatted(what, count, MOST));
    }
  }
}
