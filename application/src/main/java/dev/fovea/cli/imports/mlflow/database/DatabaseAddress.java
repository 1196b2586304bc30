package dev.fovea.cli.imports.mlflow.database;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** The address of MLflow's database as MLflow writes it, and a connection that only reads. */
public final class DatabaseAddress {
  private static final Pattern SQLITE = Pattern.compile("sqlite:///(?<path>.+)");
  private static final Pattern POSTGRES = Pattern.compile("postgres(?:ql)?(?:\\+[a-z0-9]+)?://.+");
  private static final Pattern MYSQL =
      Pattern.compile("(?:mysql|mssql|mariadb)(?:\\+[a-z0-9]+)?://.*");

  /** For one question: a count over millions of rows on a busy server takes minutes. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final String text;
  private final Duration patience;

  public DatabaseAddress(String text) {
    this(text, PATIENCE);
  }

  /**
   * An address whose server may take so long.
   *
   * @param patience for one question, or one portion of its answer
   */
  DatabaseAddress(String text, Duration patience) {
    this.text = text;
    this.patience = patience;
  }

  /** Whether a text is such an address. */
  public static boolean isOne(String text) {
    return SQLITE.matcher(text).matches()
        || POSTGRES.matcher(text).matches()
        || MYSQL.matcher(text).matches();
  }

  /** The file of a SQLite database. */
  public Optional<Path> file() {
    var matcher = SQLITE.matcher(text);
    return matcher.matches() ? Optional.of(Path.of(matcher.group("path"))) : Optional.empty();
  }

  /**
   * Connects.
   *
   * @param password for a server whose address has none
   */
  public Database open(Optional<String> password) throws IOException {
    if (MYSQL.matcher(text).matches()) {
      throw new InvalidRequest(
          "Fovea carries no driver for '%s', only those of SQLite and PostgreSQL"
              .formatted(text.substring(0, text.indexOf(':'))),
          "start 'mlflow server --backend-store-uri …' on it and import from that server's http address");
    }
    try {
      var file = file();
      return file.isPresent()
          ? new Database(sqlite(file.get()), Dialect.SQLITE)
          : new Database(
              PostgresAddress.parse(text).connect(password, patience), Dialect.POSTGRESQL);
    } catch (SQLException e) {
      throw DatabaseFault.opening(e);
    }
  }

  private static Connection sqlite(Path file) throws SQLException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidRequest(
          "there is no file '%s'".formatted(file),
          "write sqlite:/// before the file's path, so sqlite:////data/mlflow.db where that begins with a slash");
    }
    var settings = new Properties();
    settings.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY
    settings.setProperty("busy_timeout", "30000");
    settings.setProperty("limit_length", Integer.toString(64 << 20));
    var connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath(), settings);
    try (var statement = connection.createStatement()) {
      // Nothing that the file holds is run: no function in a view or an index, no damaged page.
      for (var pragma :
          List.of("trusted_schema = off", "query_only = on", "cell_size_check = on")) {
        statement.execute("pragma " + pragma);
      }
    }
    return connection;
  }
}
