package dev.fovea.cli.imports.mlflow;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** The address of MLflow's database as MLflow writes it, and a connection that only reads. */
final class DatabaseAddress {
  private static final Pattern SQLITE = Pattern.compile("sqlite:///(?<path>.+)");
  private static final Pattern POSTGRES = Pattern.compile("postgres(?:ql)?(?:\\+[a-z0-9]+)?://.+");
  private static final Pattern MYSQL =
      Pattern.compile("(?:mysql|mssql|mariadb)(?:\\+[a-z0-9]+)?://.*");
  private static final Pattern SSL_MODE =
      Pattern.compile("(?:.*&)?sslmode=(?<mode>[a-z-]+)(?:&.*)?");

  private final String text;

  DatabaseAddress(String text) {
    this.text = text;
  }

  /** Whether a text is such an address. */
  static boolean isOne(String text) {
    return SQLITE.matcher(text).matches()
        || POSTGRES.matcher(text).matches()
        || MYSQL.matcher(text).matches();
  }

  /** The file of a SQLite database. */
  Optional<Path> file() {
    var matcher = SQLITE.matcher(text);
    return matcher.matches() ? Optional.of(Path.of(matcher.group("path"))) : Optional.empty();
  }

  /**
   * Connects.
   *
   * @param password for a server whose address has none
   */
  Database open(Optional<String> password) throws IOException {
    if (MYSQL.matcher(text).matches()) {
      throw new InvalidRequest(
          "Fovea carries no driver for '%s'".formatted(text.substring(0, text.indexOf(':'))),
          "start 'mlflow server --backend-store-uri …' on it and import from that server's http address");
    }
    try {
      var file = file();
      return file.isPresent()
          ? new Database(sqlite(file.get()), true)
          : new Database(postgres(password), false);
    } catch (SQLException e) {
      throw new IOException(
          "the database cannot be opened: " + Text.excerpt(String.valueOf(e.getMessage())), e);
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

  private Connection postgres(Optional<String> password) throws SQLException {
    URI uri;
    try {
      uri = new URI(text.replaceFirst("^[^:]+", "postgresql"));
    } catch (URISyntaxException e) {
      throw new InvalidRequest(
          "the database's address cannot be read: " + e.getReason(),
          "write it as postgresql://user@host:5432/database");
    }
    if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
      throw new InvalidRequest(
          "the database's address names no host or no database",
          "write it as postgresql://user@host:5432/database");
    }
    var settings = new Properties();
    var user = Optional.ofNullable(uri.getRawUserInfo()).orElse("");
    int colon = user.indexOf(':');
    if (!user.isEmpty()) {
      settings.setProperty("user", decoded(colon < 0 ? user : user.substring(0, colon)));
    }
    var secret = colon < 0 ? password : Optional.of(decoded(user.substring(colon + 1)));
    secret.ifPresent(word -> settings.setProperty("password", word));
    var mode = SSL_MODE.matcher(Optional.ofNullable(uri.getQuery()).orElse(""));
    if (mode.matches()) {
      settings.setProperty("sslmode", mode.group("mode"));
    }
    settings.setProperty("connectTimeout", "30");
    settings.setProperty("socketTimeout", "600");
    settings.setProperty("ApplicationName", "fovea import");
    var connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d%s"
                .formatted(
                    uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort(), uri.getRawPath()),
            settings);
    connection.setReadOnly(true);
    // One moment of it, however long it is read; and rows come as they are asked for.
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    return connection;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
