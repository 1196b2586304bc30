package dev.fovea.registry.tracking;

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
import dev.fovea.registry.search.Order;
import dev.fovea.registry.search.Pairs;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The experiments of each project. */
@Component
public final class Experiments {
  private static final String SELECT =
      "select e.*, %s from registry.experiment e"
          .formatted(
              Pairs.columns(
                  "tag",
                  "registry.experiment_tag x where x.project = e.project and x.experiment = e.id"));
  private static final Pattern ID = Pattern.compile("\\d{1,18}");
  private static final int NAME_CHARS = 500;
  private static final int TAG_KEY_CHARS = 250;
  private static final int TAG_VALUE_CHARS = 20_000;

  private final JdbcClient database;
  private final JdbcClient searches;
  private final TransactionTemplate transaction;
  private final Acts acts;

  Experiments(JdbcClient database, DataSource source, TransactionTemplate transaction, Acts acts) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.transaction = transaction;
    this.acts = acts;
  }

  /** Makes one. */
  public long create(Name project, String name, List<KeyValue> tags) {
    Limits.atMost("name", name, NAME_CHARS);
    makeDefault(project);
    try {
      return transaction.execute(_ -> {
        long id =
            database
                .sql(
                    """
                    insert into registry.experiment (project, id, name, created_ms, updated_ms)
                    values (?, nextval('registry.experiment_id'), ?, ?, ?) returning id
                    """)
                .params(
                    project.text(), name, System.currentTimeMillis(), System.currentTimeMillis())
                .query(Long.class)
                .single();
        tags.forEach(tag -> put(project, id, tag));
        return id;
      });
    } catch (DuplicateKeyException e) {
      throw MlflowError.taken("Experiment(name=%s) already exists.".formatted(Text.excerpt(name)));
    }
  }

  /** The places of these experiments, as values have them; none for those that there are not. */
  Long[] places(Name project, List<Long> ids) {
    return database
        .sql("select place from registry.experiment where project = ? and id = any(?)")
        .params(project.text(), ids.toArray(Long[]::new))
        .query(Long.class)
        .list()
        .toArray(Long[]::new);
  }

  /** One of them, by the id that a client wrote. */
  public Experiment load(Name project, String id) {
    long number = number(id);
    return find(project, "e.id = ?", number)
        .or(() -> number == 0 ? withDefault(project) : Optional.empty())
        .orElseThrow(() ->
            MlflowError.missing("No Experiment with id=%s exists".formatted(Text.excerpt(id))));
  }

  /** One of them, which must not be deleted. */
  public Experiment loadActive(Name project, String id) {
    var experiment = load(project, id);
    if (!experiment.lifecycle().equals("active")) {
      throw MlflowError.invalid(
          "The experiment %d must be in the 'active' state. Current state is %s."
              .formatted(experiment.id(), experiment.lifecycle()));
    }
    return experiment;
  }

  /** One of them, by name. */
  public Optional<Experiment> named(Name project, String name) {
    return find(project, "e.name = ?", name)
        .or(() -> name.equals("Default") ? withDefault(project) : Optional.empty());
  }

  /** The page that a filter and an order choose. */
  public Page<Experiment> search(
      Name project,
      String filter,
      List<String> orderBy,
      Lifecycle lifecycle,
      int size,
      PageToken from) {
    makeDefault(project);
    var sql =
        Sql.of(
            SELECT + " where e.project = ? and e.lifecycle like ?",
            project.text(),
            lifecycle.pattern());
    Filter.parse(filter).forEach(comparison -> restrict(sql, comparison));
    sql.add("order by");
    Order.parse(orderBy)
        .forEach(order -> sql.add("e.%s %s,".formatted(column(order.key()), order.direction())));
    sql.add(orderBy.isEmpty() ? "e.created_ms desc, e.id" : "e.id");
    sql.add("limit ? offset ?", size + 1, from.offset());
    return Page.cut(sql.on(searches).query((row, _) -> experiment(row)).list(), size, from);
  }

  /** Renames it. */
  public void rename(Name project, String id, String name) {
    var experiment = loadActive(project, id);
    Limits.atMost("name", name, NAME_CHARS);
    try {
      database
          .sql(
              "update registry.experiment set name = ?, updated_ms = ? where project = ? and id ="
                  + " ?")
          .params(name, System.currentTimeMillis(), project.text(), experiment.id())
          .update();
    } catch (DuplicateKeyException e) {
      throw MlflowError.taken("Experiment(name=%s) already exists.".formatted(Text.excerpt(name)));
    }
  }

  /** Deletes it with its runs, or brings it back with those that went with it. */
  public void move(Name project, String id, String lifecycle) {
    var experiment = load(project, id);
    long now = System.currentTimeMillis();
    var toDeleted = lifecycle.equals("deleted");
    transaction.executeWithoutResult(_ -> {
      database
          .sql(
              "update registry.experiment set lifecycle = ?, updated_ms = ? where project = ? and"
                  + " id = ?")
          .params(lifecycle, now, project.text(), experiment.id())
          .update();
      database
          .sql(
              toDeleted
                  ? """
                  update registry.run set lifecycle = 'deleted', deleted_ms = ?
                  where project = ? and experiment = ? and lifecycle = 'active'
                  """
                  : """
                  update registry.run set lifecycle = 'active', deleted_ms = null
                  where deleted_ms = ? and project = ? and experiment = ?
                  """)
          .params(toDeleted ? now : experiment.updatedMillis(), project.text(), experiment.id())
          .update();
      acts.done(
          project,
          toDeleted ? "deleted experiment" : "restored experiment",
          experiment.id() + " " + experiment.name());
    });
  }

  /** Sets a tag. */
  public void tag(Name project, String id, KeyValue tag) {
    put(project, loadActive(project, id).id(), tag);
  }

  /** Takes a tag away. */
  public void untag(Name project, String id, String key) {
    var experiment = loadActive(project, id);
    var gone =
        database
            .sql(
                "delete from registry.experiment_tag where project = ? and experiment = ? and key ="
                    + " ?")
            .params(project.text(), experiment.id(), key)
            .update();
    if (gone == 0) {
      throw MlflowError.missing(
          "No tag with name: %s in experiment with id %s".formatted(Text.excerpt(key), id));
    }
  }

  private void put(Name project, long id, KeyValue tag) {
    Limits.key("tag", Limits.atMost("key", tag.key(), TAG_KEY_CHARS));
    database
        .sql(
            """
            insert into registry.experiment_tag (project, experiment, key, value) values (?, ?, ?, ?)
            on conflict (project, experiment, key) do update set value = excluded.value
            """)
        .params(project.text(), id, tag.key(), Limits.atMost("value", tag.value(), TAG_VALUE_CHARS))
        .update();
  }

  private void makeDefault(Name project) {
    database
        .sql(
            """
            insert into registry.experiment (project, id, name, created_ms, updated_ms) values (?, 0, 'Default', ?, ?)
            on conflict do nothing
            """)
        .params(project.text(), System.currentTimeMillis(), System.currentTimeMillis())
        .update();
  }

  private Optional<Experiment> withDefault(Name project) {
    makeDefault(project);
    return find(project, "e.id = ?", 0L);
  }

  private Optional<Experiment> find(Name project, String condition, Object value) {
    return database
        .sql(SELECT + " where e.project = ? and " + condition)
        .params(project.text(), value)
        .query((row, _) -> experiment(row))
        .optional();
  }

  private static void restrict(Sql sql, Comparison comparison) {
    switch (comparison.entity()) {
      case ATTRIBUTE -> {
        var column = column(comparison.key());
        sql.add("and");
        if (column.equals("name")) {
          sql.matching("e.name", comparison);
        } else {
          sql.add("e.%s %s ?".formatted(column, comparison.operator().sql()), comparison.number());
        }
      }
      case TAG ->
          sql.having(
              "registry.experiment_tag x where x.project = e.project and x.experiment = e.id",
              comparison);
      default ->
          throw MlflowError.invalid(
              "Invalid entity type '%s'. Valid values are ['attribute', 'tag']"
                  .formatted(comparison.entity()));
    }
  }

  private static String column(String key) {
    return switch (key) {
      case "name" -> "name";
      case "experiment_id" -> "id";
      case "creation_time" -> "created_ms";
      case "last_update_time" -> "updated_ms";
      default ->
          throw MlflowError.invalid(
              "Invalid attribute key '%s' specified. Valid keys are '['creation_time', 'experiment_id', 'last_update_time', 'name']'"
                  .formatted(Text.excerpt(key)));
    };
  }

  /** The number of an id that a client wrote. */
  static long number(String id) {
    if (!ID.matcher(id).matches()) {
      throw MlflowError.invalid(
          "Invalid experiment ID '%s'. Experiment ID must be a valid integer."
              .formatted(Text.excerpt(id)));
    }
    return Long.parseLong(id);
  }

  private static Experiment experiment(ResultSet row) throws SQLException {
    return new Experiment(
        new Name(row.getString("project")),
        row.getLong("id"),
        row.getString("name"),
        row.getString("lifecycle"),
        row.getLong("created_ms"),
        row.getLong("updated_ms"),
        Pairs.of(row, "tag"));
  }
}
