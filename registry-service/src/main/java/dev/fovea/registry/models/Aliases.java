package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.AliasBeingMoved;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Names that point at versions, such as {@code champion}. Every move is audited, since MLflow
 * itself keeps no history.
 */
@Component
public final class Aliases {
  private static final Pattern ALIAS = Pattern.compile("[\\p{L}\\p{N}_-]{1,255}");
  private static final Pattern RESERVED = Pattern.compile("(?i)latest|v\\d+");

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final ModelVersions versions;
  private final Acts acts;
  private final Outbox outbox;

  Aliases(
      JdbcClient database,
      TransactionTemplate transaction,
      ModelVersions versions,
      Acts acts,
      Outbox outbox) {
    this.database = database;
    this.transaction = transaction;
    this.versions = versions;
    this.acts = acts;
    this.outbox = outbox;
  }

  /**
   * Points an alias at a version.
   *
   * @throws AliasBeingMoved while another request moves it
   */
  public Version point(Name project, String model, String alias, String number) {
    check(alias);
    var version = versions.load(project, model, number);
    var moved =
        transaction.execute(_ -> {
          var free = isFree(project, model, alias);
          if (free) {
            database
                .sql(
                    """
                    insert into registry.model_alias (project, model, alias, number) values (?, ?, ?, ?)
                    on conflict (project, model, alias) do update set number = excluded.number
                    """)
                .params(project.text(), model, alias, version.number())
                .update();
            acts.done(project, "pointed alias " + alias + " at version " + version.number(), model);
            outbox.happened(
                project,
                Event.ALIAS_CREATED,
                Map.of(
                    "name", model, "alias", alias, "version", Integer.toString(version.number())));
          } else {
            acts.refused(
                project,
                "pointed alias " + alias + " at version " + version.number(),
                model,
                "it is being moved");
          }
          return free;
        });
    if (!Boolean.TRUE.equals(moved)) {
      throw new AliasBeingMoved(project, model, alias);
    }
    return versions.load(project, model, number);
  }

  /** Takes an alias away; one that is not there is no error, as in MLflow. */
  public void delete(Name project, String model, String alias) {
    transaction.executeWithoutResult(_ -> {
      var gone =
          database
              .sql("delete from registry.model_alias where project = ? and model = ? and alias = ?")
              .params(project.text(), model, alias)
              .update();
      if (gone == 1) {
        acts.done(project, "deleted alias " + alias, model);
        outbox.happened(project, Event.ALIAS_DELETED, Map.of("name", model, "alias", alias));
      }
    });
  }

  private boolean isFree(Name project, String model, String alias) {
    return database
        .sql("select pg_try_advisory_xact_lock(hashtextextended(?, 0))")
        .param("alias %s %s %s".formatted(project, model, alias))
        .query(Boolean.class)
        .single();
  }

  private static void check(String alias) {
    if (!ALIAS.matcher(alias).matches()) {
      throw MlflowError.invalid(
          "Invalid alias name: '%s'. Alias names may only contain letters, digits, underscores and dashes, at most 255."
              .formatted(Text.excerpt(alias)));
    }
    if (RESERVED.matcher(alias).matches()) {
      throw MlflowError.invalid(
          alias.equalsIgnoreCase("latest")
              ? "'latest' alias name (case insensitive) is reserved."
              : "Version alias name '%s' is reserved.".formatted(alias));
    }
  }
}
