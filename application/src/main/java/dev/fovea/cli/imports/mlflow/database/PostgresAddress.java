package dev.fovea.cli.imports.mlflow.database;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL is, read as SQLAlchemy reads it, on which MLflow stands: a host may have
 * underscores, and what is no letter is percent-encoded in user, password and database.
 *
 * @param host a name, or an IPv6 address in brackets
 * @param options those of libpq that count here, by name
 */
record PostgresAddress(
    Optional<String> user,
    Optional<String> password,
    String host,
    int port,
    String database,
    Map<String, String> options) {
  private static final int USUAL_PORT = 5432;
  private static final Pattern FORM =
      Pattern.compile(
          """
          [a-z0-9+]+://(?:(?<user>[^:/@?\\#]*)(?::(?<password>[^@]*))?@)?\
          (?<host>\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9_.-]{1,253})(?::(?<port>[0-9]{1,5}))?\
          /(?<database>[^/?\\#]+)(?:\\?(?<query>[^\\#]*))?\
          """);
  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /** Those of libpq's options that are heeded. */
  private static final Set<String> HEEDED = Set.of("user", "password", "sslmode", "sslrootcert");

  /** Those that change nothing of what is read. */
  private static final Set<String> HARMLESS =
      Set.of(
          "application_name",
          "client_encoding",
          "connect_timeout",
          "keepalives",
          "keepalives_count",
          "keepalives_idle",
          "keepalives_interval");

  /**
   * Reads an address; no message repeats any of it but names of options and modes.
   *
   * @throws InvalidRequest where it cannot be read, or says what an import does not heed
   */
  static PostgresAddress parse(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw unreadable();
    }
    int port = parts.group("port") == null ? USUAL_PORT : Integer.parseInt(parts.group("port"));
    if (port < 1 || port > 65_535) {
      throw unreadable();
    }
    var options = options(Optional.ofNullable(parts.group("query")).orElse(""));
    return new PostgresAddress(
        part(parts.group("user")).or(() -> Optional.ofNullable(options.get("user"))),
        part(parts.group("password")).or(() -> Optional.ofNullable(options.get("password"))),
        parts.group("host"),
        port,
        decoded(parts.group("database")),
        options);
  }

  private static Map<String, String> options(String query) {
    var options = new HashMap<String, String>();
    for (var option : query.split("&")) {
      int equals = option.indexOf('=');
      var name = equals < 0 ? option : option.substring(0, equals);
      if (option.isEmpty() || HARMLESS.contains(name)) {
        continue;
      }
      if (!HEEDED.contains(name)) {
        throw new InvalidRequest(
            "the database's address has an option '%s', which an import does not heed"
                .formatted(Text.excerpt(name)),
            "leave it out; heeded are sslmode, sslrootcert, user and password");
      }
      options.put(name, decoded(option.substring(equals + 1)));
    }
    var mode = options.get("sslmode");
    if (mode != null && !SSL_MODES.contains(mode)) {
      throw new InvalidRequest(
          "sslmode: %s (expected: disable, allow, prefer, require, verify-ca or verify-full)"
              .formatted(Text.excerpt(mode)),
          "write one of these");
    }
    return Map.copyOf(options);
  }

  private static Optional<String> part(@Nullable String raw) {
    return Optional.ofNullable(raw).filter(text -> !text.isEmpty()).map(PostgresAddress::decoded);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw unreadable();
    }
  }

  private static InvalidRequest unreadable() {
    return new InvalidRequest(
        "the database's address cannot be read, or names no host or no database",
        "write it as postgresql://user@host:5432/database, with %40 for an @ and %2F for a / in a password; sockets and several hosts are not offered");
  }

  /**
   * Connects for one read-only transaction that sees one moment, however long it takes.
   *
   * @param otherwise the password where the address has none
   * @param patience for one question, or one portion of its answer
   */
  Connection connect(Optional<String> otherwise, Duration patience) throws SQLException {
    var settings = new Properties();
    user.ifPresent(name -> settings.setProperty("user", name));
    password.or(() -> otherwise).ifPresent(word -> settings.setProperty("password", word));
    for (var name : new String[] {"sslmode", "sslrootcert"}) {
      if (options.containsKey(name)) {
        settings.setProperty(name, options.get(name));
      }
    }
    settings.setProperty("connectTimeout", "30");
    // Longer than the server's own patience, whose answer says more.
    settings.setProperty("socketTimeout", Long.toString(patience.toSeconds() + 60));
    settings.setProperty("tcpKeepAlive", "true");
    // Of one portion: what MLflow's own limits let be in it is less.
    settings.setProperty("maxResultBuffer", "64M");
    settings.setProperty("ApplicationName", "fovea import");
    var connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/%s"
                .formatted(host, port, URLEncoder.encode(database, StandardCharsets.UTF_8)),
            settings);
    try {
      begin(connection, patience);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** By {@code set local}, which a pool between here and the server keeps to this transaction. */
  private static void begin(Connection connection, Duration patience) throws SQLException {
    // Without this a driver holds all rows; and rows come as they are asked for.
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read, read only");
      statement.execute("set local statement_timeout = " + patience.toMillis());
      // Between two portions the other side may be busy for long.
      statement.execute("set local idle_in_transaction_session_timeout = 0");
      // Rows that a policy hides would be missing in the counts of both sides: an error instead.
      statement.execute("set local row_security = off");
    }
  }
}
