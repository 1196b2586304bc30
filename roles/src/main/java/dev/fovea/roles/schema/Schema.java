package dev.fovea.roles.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * A service's own part of the database: made by the scripts in {@code
 * classpath:db/migration/<schema>}, with its history in {@code <schema>.flyway_schema_history}.
 * Scripts use bare names, queries qualified ones. A schema that a newer build has changed is
 * refused either way: what it means is not known here.
 */
public final class Schema {
  private Schema() {}

  /**
   * Creates or upgrades a schema.
   *
   * @return the Flyway that did it, as a bean: Spring Boot makes every {@code JdbcClient} wait for
   *     it
   */
  public static Flyway migrated(String schema, DataSource database) {
    var flyway = of(schema, database);
    refuseNewer(schema, flyway);
    flyway.migrate();
    return flyway;
  }

  /**
   * Changes nothing; refuses a schema that is not exactly as this build makes it.
   *
   * @throws SchemaMismatch where it is older, newer or made by other scripts
   */
  public static Flyway verified(String schema, DataSource database) {
    var flyway = of(schema, database);
    refuseNewer(schema, flyway);
    var pending = flyway.info().pending();
    if (pending.length > 0) {
      throw new SchemaMismatch(
          schema,
          "is %s and lacks %s"
              .formatted(
                  at(flyway),
                  Arrays.stream(pending).map(Schema::named).collect(Collectors.joining(", "))),
          "run the migrations of this build first: fovea migrate (the chart's migrations Job does it);"
              + " or start with fovea.database.schema=migrate");
    }
    var judged = flyway.validateWithResult();
    if (!judged.validationSuccessful) {
      throw new SchemaMismatch(
          schema,
          "was made by other scripts than those of this build: " + judged.getAllErrorMessages(),
          "run the build that made it, or restore the backup that belongs to this one");
    }
    return flyway;
  }

  /** Whether this build has scripts for it. */
  public static boolean exists(String schema) {
    return Schema.class.getResource("/db/migration/" + schema) != null;
  }

  /** The versions that a database has, oldest first. */
  public static List<String> appliedTo(String schema, DataSource database) {
    return Arrays.stream(of(schema, database).info().applied())
        .map(MigrationInfo::getVersion)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .toList();
  }

  private static void refuseNewer(String schema, Flyway flyway) {
    var newer =
        Arrays.stream(flyway.info().applied())
            .filter(migration -> migration.getState().name().startsWith("FUTURE"))
            .map(Schema::named)
            .collect(Collectors.joining(", "));
    if (!newer.isEmpty()) {
      throw new SchemaMismatch(
          schema,
          "is newer than this build, which does not know " + newer,
          "run the build that made it, or one after it; to go back, restore the backup that was made before the upgrade");
    }
  }

  private static String at(Flyway flyway) {
    var current = flyway.info().current();
    return current == null ? "empty" : "at version " + current.getVersion();
  }

  private static String named(MigrationInfo migration) {
    return "%s (%s)".formatted(migration.getVersion(), migration.getDescription());
  }

  private static Flyway of(String schema, DataSource database) {
    return Flyway.configure()
        .dataSource(database)
        .schemas(schema)
        .defaultSchema(schema)
        .locations("classpath:db/migration/" + schema)
        .load();
  }
}
