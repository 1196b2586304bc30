package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Run;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Comparison;
import dev.fovea.registry.search.Filter;
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Pairs;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The versions of registered models. They are written by {@link Registrations}. */
@Component
public final class ModelVersions {
  /** The tag that says why Fovea does not release a version; nobody else may set it. */
  static final String RELEASABLE_TAG = "fovea.releasable";

  private static final String SELECT =
      """
      select v.*, %s, array(select a.alias from registry.model_alias a
          where a.project = v.project and a.model = v.model and a.number = v.number order by a.alias) as aliases
      from registry.model_version v where v.project = ?
      """
          .formatted(
              Pairs.columns(
                  "tag",
                  "registry.model_version_tag x where x.project = v.project and x.model = v.model and x.number = v.number"));
  private static final String NEWEST = " and v.model = ? order by v.number desc";
  private static final int TAG_KEY_CHARS = 250;
  private static final int TAG_VALUE_CHARS = 100_000;

  private final JdbcClient database;
  private final JdbcClient searches;
  private final TransactionTemplate transaction;
  private final Acts acts;
  private final Outbox outbox;

  ModelVersions(
      JdbcClient database,
      DataSource source,
      TransactionTemplate transaction,
      Acts acts,
      Outbox outbox) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.transaction = transaction;
    this.acts = acts;
    this.outbox = outbox;
  }

  /** One version, by the number that a client wrote. */
  public Version load(Name project, String model, String number) {
    return find(project, model, number(number)).orElseThrow(() -> noSuchVersion(model, number));
  }

  /** One version. */
  Optional<Version> find(Name project, String model, int number) {
    return database
        .sql(SELECT + " and v.model = ? and v.number = ?")
        .params(project.text(), model, number)
        .query((row, _) -> version(row))
        .optional();
  }

  /** The newest version in each stage of a model that has one, by number. */
  List<Version> latest(Name project, String model) {
    return database
        .sql(
            SELECT
                + """
                 and v.model = ? and v.number in (select n.number from unnest(?::text[]) s(stage) cross join lateral
                  (select number from registry.model_version
                   where project = ? and model = ? and stage = s.stage order by number desc limit 1) n)
                order by v.number
                """)
        .params(project.text(), model, Stage.texts(), project.text(), model)
        .query((row, _) -> version(row))
        .list();
  }

  /** The versions of a model that can be released, newest first. */
  List<Version> releasable(Name project, String model) {
    return database
        .sql(SELECT + " and v.digest is not null" + NEWEST)
        .params(project.text(), model)
        .query((row, _) -> version(row))
        .list();
  }

  /** The newest version of each model that can be released, by the model's name. */
  List<Version> heads(Name project) {
    return database
        .sql(
            SELECT
                + """
                 and v.digest is not null and v.number = (select max(n.number) from registry.model_version n
                  where n.project = v.project and n.model = v.model and n.digest is not null)
                order by v.model
                """)
        .param(project.text())
        .query((row, _) -> version(row))
        .list();
  }

  /** The version of a model that has this file. */
  Optional<Version> withFile(Name project, String model, Digest digest) {
    return database
        .sql(SELECT + " and v.digest = ?" + NEWEST + " limit 1")
        .params(project.text(), digest.toString(), model)
        .query((row, _) -> version(row))
        .optional();
  }

  /** The version that an alias points to. */
  public Optional<Version> aliased(Name project, String model, String alias) {
    return database
        .sql(
            SELECT
                + """
                 and v.model = ? and v.number = (select a.number from registry.model_alias a
                  where a.project = v.project and a.model = v.model and a.alias = ?)
                """)
        .params(project.text(), model, alias)
        .query((row, _) -> version(row))
        .optional();
  }

  /** The newest version that can be released and whose run carries this commit. */
  Optional<Version> ofCommit(Name project, String model, GitCommit commit) {
    return database
        .sql(
            SELECT
                + """
                 and v.digest is not null and exists (select 1 from registry.run r join registry.tag t on t.run = r.id
                  where r.id = v.run and r.project = v.project and r.lifecycle = 'active' and t.key = ? and t.value = ?)
                """
                + NEWEST
                + " limit 1")
        .params(project.text(), Run.COMMIT_TAG, commit.sha(), model)
        .query((row, _) -> version(row))
        .optional();
  }

  /** The page that a filter and an order choose. */
  public Page<Version> search(
      Name project, String filter, List<String> orderBy, int size, PageToken from) {
    var sql = Sql.of(SELECT, project.text());
    Filter.parse(filter).forEach(comparison -> restrict(sql, comparison));
    sql.add("order by");
    Order.parse(orderBy)
        .forEach(order -> sql.add("v.%s %s,".formatted(column(order.key()), order.direction())));
    sql.add("v.updated_ms desc, v.model, v.number desc limit ? offset ?", size + 1, from.offset());
    return Page.cut(sql.on(searches).query((row, _) -> version(row)).list(), size, from);
  }

  /** Changes its description. */
  public Version describe(Name project, String model, String number, String description) {
    load(project, model, number);
    database
        .sql(
            "update registry.model_version set description = ?, updated_ms = ? where project = ? and model = ? and number = ?")
        .params(description, System.currentTimeMillis(), project.text(), model, number(number))
        .update();
    return load(project, model, number);
  }

  /** Deletes it with its aliases; its number is not given again. */
  public void delete(Name project, String model, String number) {
    load(project, model, number);
    transaction.executeWithoutResult(_ -> {
      database
          .sql("delete from registry.model_version where project = ? and model = ? and number = ?")
          .params(project.text(), model, number(number))
          .update();
      acts.done(project, "deleted model version", model + " " + number);
    });
  }

  /** Sets a tag. */
  public void tag(Name project, String model, String number, KeyValue tag) {
    load(project, model, number);
    refuseReserved(tag.key());
    transaction.executeWithoutResult(_ -> {
      put(project, model, number(number), tag);
      acts.tagged(project, tag, model + " " + number);
      outbox.happened(
          project,
          Event.VERSION_TAG_SET,
          Map.of("name", model, "version", number, "key", tag.key(), "value", tag.value()));
    });
  }

  /** Takes a tag away; one that is not there is no error, as in MLflow. */
  public void untag(Name project, String model, String number, String key) {
    load(project, model, number);
    refuseReserved(key);
    transaction.executeWithoutResult(_ -> {
      var gone =
          database
              .sql(
                  "delete from registry.model_version_tag where project = ? and model = ? and number = ? and key = ?")
              .params(project.text(), model, number(number), key)
              .update();
      if (gone == 1) {
        acts.untagged(project, key, model + " " + number);
      }
      outbox.happened(
          project, Event.VERSION_TAG_DELETED, Map.of("name", model, "version", number, "key", key));
    });
  }

  static void refuseReserved(String key) {
    if (key.equals(RELEASABLE_TAG)) {
      throw MlflowError.invalid(
          "tag '%s' is set by Fovea alone (expected: another key)".formatted(RELEASABLE_TAG));
    }
  }

  /** Sets a tag in the caller's transaction. */
  void put(Name project, String model, int number, KeyValue tag) {
    Limits.key("tag", Limits.atMost("key", tag.key(), TAG_KEY_CHARS));
    database
        .sql(
            """
            insert into registry.model_version_tag (project, model, number, key, value) values (?, ?, ?, ?, ?)
            on conflict (project, model, number, key) do update set value = excluded.value
            """)
        .params(
            project.text(),
            model,
            number,
            tag.key(),
            Limits.atMost("value", tag.value(), TAG_VALUE_CHARS))
        .update();
  }

  static MlflowError noSuchVersion(String model, String number) {
    return MlflowError.missing(
        "Model Version (name=%s, version=%s) not found"
            .formatted(Text.excerpt(model), Text.excerpt(number)));
  }

  static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw MlflowError.invalid(
          "Parameter 'version' must be an integer, got '%s'.".formatted(Text.excerpt(text)));
    }
    return Integer.parseInt(text);
  }

  private static void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case ATTRIBUTE -> {
        var column = column(comparison.key());
        if (column.equals("number") || column.endsWith("_ms")) {
          sql.add(
              "and v.%s %s ?".formatted(column, comparison.operator().sql()), comparison.number());
        } else {
          sql.add("and").matching("v." + column, comparison);
        }
      }
      case TAG ->
          sql.having(
              "registry.model_version_tag x where x.project = v.project and x.model = v.model and x.number = v.number",
              comparison);
      default ->
          throw MlflowError.invalid(
              "Invalid entity type '%s'. Valid values are ['attribute', 'tag']"
                  .formatted(comparison.entity()));
    }
  }

  private static String column(String key) {
    return switch (key) {
      case "name" -> "model";
      case "version_number", "version" -> "number";
      case "run_id" -> "run";
      case "source_path", "source" -> "source";
      case "creation_timestamp" -> "created_ms";
      case "last_updated_timestamp" -> "updated_ms";
      default ->
          throw MlflowError.invalid(
              "Invalid attribute key '%s' specified. Valid keys are '['name', 'run_id', 'source_path', 'version_number']'"
                  .formatted(Text.excerpt(key)));
    };
  }

  private static Version version(ResultSet row) throws SQLException {
    var digest = Optional.ofNullable(row.getString("digest")).map(Digest::parse);
    var format = Optional.ofNullable(row.getString("format")).map(Format::valueOf);
    var parity = Optional.ofNullable(row.getString("parity")).map(Digest::parse);
    return new Version(
        new Name(row.getString("project")),
        row.getString("model"),
        row.getInt("number"),
        row.getString("source"),
        row.getString("location"),
        Optional.ofNullable(row.getString("run")),
        Optional.ofNullable(row.getString("logged_model")),
        row.getString("run_link"),
        row.getString("description"),
        row.getString("user_id"),
        row.getLong("created_ms"),
        row.getLong("updated_ms"),
        digest.flatMap(file -> format.map(kind -> new Version.ModelFile(file, kind, parity))),
        Optional.ofNullable(row.getString("dataset")).map(Digest::parse),
        Pairs.of(row, "tag"),
        Arrays.asList((String[]) row.getArray("aliases").getArray()),
        Stage.written(row.getString("stage")));
  }
}
