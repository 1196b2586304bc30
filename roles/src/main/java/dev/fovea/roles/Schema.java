package dev.fovea.roles;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** A service's own part of the database. */
public final class Schema {
  private Schema() {}

  /**
   * Creates or upgrades a schema by the scripts in {@code classpath:db/migration/<schema>}; the
   * history is in {@code <schema>.flyway_schema_history}. Scripts use bare names, queries qualified
   * ones.
   *
   * @return the Flyway that did it, as a bean: Spring Boot makes every {@code JdbcClient} wait for
   *     it
   */
  public static Flyway migrated(String schema, DataSource database) {
    var flyway =
        Flyway.configure()
            .dataSource(database)
            .schemas(schema)
            .defaultSchema(schema)
            .locations("classpath:db/migration/" + schema)
            .load();
    flyway.migrate();
    return flyway;
  }
}
