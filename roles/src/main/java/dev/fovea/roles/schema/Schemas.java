package dev.fovea.roles.schema;

import dev.fovea.roles.ServiceRole;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Opens the schema of each service that runs here, upgrading it where that is this process's job.
 */
public final class Schemas {
  /** What a process does with a schema when it starts. */
  public enum OnStart {
    /** Creates or upgrades it. */
    MIGRATE,
    /** Refuses to start where it is not as this build makes it. */
    VERIFY
  }

  /**
   * The database.
   *
   * @param schema what a starting process does with its schema: {@code migrate} creates or upgrades
   *     it, {@code verify} leaves that to {@code fovea migrate} and refuses another version
   */
  @ConfigurationProperties("fovea.database")
  public record Settings(@DefaultValue("MIGRATE") OnStart schema) {}

  private final DataSource database;
  private final Settings settings;

  public Schemas(DataSource database, Settings settings) {
    this.database = database;
    this.settings = settings;
  }

  /** The role's schema, ready for use; return it as a bean, see {@link Schema#migrated}. */
  public Flyway open(ServiceRole role) {
    return switch (settings.schema()) {
      case MIGRATE -> Schema.migrated(role.id(), database);
      case VERIFY -> Schema.verified(role.id(), database);
    };
  }
}
