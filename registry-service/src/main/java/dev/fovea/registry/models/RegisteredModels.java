package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Comparison;
import dev.fovea.registry.search.Filter;
import dev.fovea.registry.search.Operator;
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Pairs;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.signing.RenamedSignatures;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The names under which versions are registered. */
@Component
public final class RegisteredModels {
  private static final String SELECT =
      """
      select m.*, %s, array(select x.alias from registry.model_alias x where x.project = m.project and x.model = m.name
          order by x.alias) as alias_keys,
        array(select x.number::text from registry.model_alias x where x.project = m.project and x.model = m.name
          order by x.alias) as alias_values
      from registry.registered_model m where m.project = ?
      """
          .formatted(
              Pairs.columns(
                  "tag",
                  "registry.registered_model_tag x where x.project = m.project and x.model = m.name"));
  private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";
  private static final int NAME_CHARS = 256;
  private static final int TAG_KEY_CHARS = 250;
  private static final int TAG_VALUE_CHARS = 100_000;

  private final JdbcClient database;
  private final JdbcClient searches;
  private final TransactionTemplate transaction;
  private final ModelVersions versions;
  private final RenamedSignatures signatures;
  private final Acts acts;
  private final Outbox outbox;

  RegisteredModels(
      JdbcClient database,
      DataSource source,
      TransactionTemplate transaction,
      ModelVersions versions,
      RenamedSignatures signatures,
      Acts acts,
      Outbox outbox) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.transaction = transaction;
    this.versions = versions;
    this.signatures = signatures;
    this.acts = acts;
    this.outbox = outbox;
  }

  /** Makes one. */
  public RegisteredModel create(
      Name project, String name, Optional<String> description, List<KeyValue> tags) {
    checkName(name);
    transaction.executeWithoutResult(_ -> {
      if (!insert(project, name, description)) {
        throw MlflowError.taken(
            "Registered Model (name=%s) already exists.".formatted(Text.excerpt(name)));
      }
      tags.forEach(tag -> put(project, name, tag));
      acts.done(project, "made model", name);
      told(project, name, description, tags);
    });
    return load(project, name);
  }

  /** One of them. */
  public RegisteredModel load(Name project, String name) {
    return database
        .sql(SELECT + " and m.name = ?")
        .params(project.text(), name)
        .query((row, _) -> model(project, row))
        .optional()
        .orElseThrow(() -> noSuchModel(name));
  }

  /** The page that a filter and an order choose. */
  public Page<RegisteredModel> search(
      Name project, String filter, List<String> orderBy, int size, PageToken from) {
    var sql = Sql.of(SELECT, project.text());
    Filter.parse(filter).forEach(comparison -> restrict(sql, comparison));
    sql.add("order by");
    Order.parse(orderBy)
        .forEach(order -> sql.add("m.%s %s,".formatted(sortable(order.key()), order.direction())));
    sql.add("m.name limit ? offset ?", size + 1, from.offset());
    return Page.cut(sql.on(searches).query((row, _) -> model(project, row)).list(), size, from);
  }

  /** Renames it, with its versions. */
  public RegisteredModel rename(Name project, String name, String other) {
    checkName(other);
    load(project, name);
    long now = System.currentTimeMillis();
    try {
      transaction.executeWithoutResult(_ -> {
        // No version is registered under the old name meanwhile.
        database
            .sql(
                "select name from registry.registered_model where project = ? and name = ? for update")
            .params(project.text(), name)
            .query(String.class)
            .optional();
        signatures.follow(
            project,
            name,
            other,
            () ->
                database
                    .sql(
                        "update registry.registered_model set name = ?, updated_ms = ? where project = ? and name = ?")
                    .params(other, now, project.text(), name)
                    .update());
        database
            .sql("update registry.model_version set updated_ms = ? where project = ? and model = ?")
            .params(now, project.text(), other)
            .update();
        acts.done(project, "renamed model to " + Text.excerpt(other), name);
      });
    } catch (DuplicateKeyException e) {
      throw MlflowError.taken(
          "Registered Model (name=%s) already exists.".formatted(Text.excerpt(other)));
    }
    return load(project, other);
  }

  /** Changes its description. */
  public RegisteredModel describe(Name project, String name, String description) {
    load(project, name);
    database
        .sql(
            "update registry.registered_model set description = ?, updated_ms = ? where project = ? and name = ?")
        .params(description, System.currentTimeMillis(), project.text(), name)
        .update();
    return load(project, name);
  }

  /** Deletes it with its versions; their files stay with the runs that made them. */
  public void delete(Name project, String name) {
    transaction.executeWithoutResult(_ -> {
      var gone =
          database
              .sql("delete from registry.registered_model where project = ? and name = ?")
              .params(project.text(), name)
              .update();
      if (gone == 0) {
        throw noSuchModel(name);
      }
      acts.done(project, "deleted model", name);
    });
  }

  /** Sets a tag. */
  public void tag(Name project, String name, KeyValue tag) {
    load(project, name);
    transaction.executeWithoutResult(_ -> {
      put(project, name, tag);
      acts.tagged(project, tag, name);
    });
  }

  /** Takes a tag away; one that is not there is no error, as in MLflow. */
  public void untag(Name project, String name, String key) {
    load(project, name);
    transaction.executeWithoutResult(_ -> {
      var gone =
          database
              .sql(
                  "delete from registry.registered_model_tag where project = ? and model = ? and key = ?")
              .params(project.text(), name, key)
              .update();
      if (gone == 1) {
        acts.untagged(project, key, name);
      }
    });
  }

  /** Tells of a new one in the caller's transaction. */
  void told(Name project, String name, Optional<String> description, List<KeyValue> tags) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", name);
    data.put("tags", KeyValue.map(tags));
    data.put("description", description.orElse(""));
    outbox.happened(project, Event.MODEL_CREATED, data);
  }

  /** Makes one in the caller's transaction; false where it was there. */
  boolean insert(Name project, String name, Optional<String> description) {
    long now = System.currentTimeMillis();
    return database
            .sql(
                """
                insert into registry.registered_model (project, name, description, created_ms, updated_ms)
                values (?, ?, ?, ?, ?) on conflict do nothing
                """)
            .params(project.text(), name, Sql.orNull(description), now, now)
            .update()
        == 1;
  }

  static void checkName(String name) {
    if (name.isBlank() || name.contains("/") || name.contains(":")) {
      throw MlflowError.invalid(
          "Invalid model name: '%s'. Names cannot be blank or contain '/' or ':'."
              .formatted(Text.excerpt(name)));
    }
    Limits.atMost("name", name, NAME_CHARS);
  }

  static MlflowError noSuchModel(String name) {
    return MlflowError.missing(
        "Registered Model with name=%s not found".formatted(Text.excerpt(name)));
  }

  private void put(Name project, String name, KeyValue tag) {
    Limits.key("tag", Limits.atMost("key", tag.key(), TAG_KEY_CHARS));
    database
        .sql(
            """
            insert into registry.registered_model_tag (project, model, key, value) values (?, ?, ?, ?)
            on conflict (project, model, key) do update set value = excluded.value
            """)
        .params(
            project.text(), name, tag.key(), Limits.atMost("value", tag.value(), TAG_VALUE_CHARS))
        .update();
  }

  private static void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case ATTRIBUTE -> {
        if (!comparison.key().equals("name")) {
          throw MlflowError.invalid(
              "Invalid attribute key '%s' specified. Valid keys are '['name']'"
                  .formatted(Text.excerpt(comparison.key())));
        }
        sql.add("and").matching("m.name", comparison);
      }
      case TAG -> {
        var from =
            "registry.registered_model_tag x where x.project = m.project and x.model = m.name";
        // The stock client always adds this one, and means models without the tag as well.
        if (comparison.key().equals(PROMPT_TAG) && comparison.operator() == Operator.NOT_EQUAL) {
          sql.add(
              "and not exists (select 1 from %s and x.key = ? and x.value = ?)".formatted(from),
              PROMPT_TAG,
              comparison.word());
        } else {
          sql.having(from, comparison);
        }
      }
      default ->
          throw MlflowError.invalid(
              "Invalid entity type '%s'. Valid values are ['attribute', 'tag']"
                  .formatted(comparison.entity()));
    }
  }

  private static String sortable(String key) {
    return switch (key) {
      case "name" -> "name";
      case "timestamp", "last_updated_timestamp" -> "updated_ms";
      default ->
          throw MlflowError.invalid(
              "Invalid order by key '%s' specified. Valid keys are {'name', 'timestamp', 'last_updated_timestamp'}"
                  .formatted(Text.excerpt(key)));
    };
  }

  private RegisteredModel model(Name project, ResultSet row) throws SQLException {
    var name = row.getString("name");
    return new RegisteredModel(
        name,
        Optional.ofNullable(row.getString("description")),
        row.getLong("created_ms"),
        row.getLong("updated_ms"),
        versions.latest(project, name),
        Pairs.of(row, "tag"),
        Pairs.of(row, "alias"));
  }
}
