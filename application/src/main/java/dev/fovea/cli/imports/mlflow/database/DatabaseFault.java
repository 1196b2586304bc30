package dev.fovea.cli.imports.mlflow.database;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** What a database's error means for whoever imports, and what can be done about it. */
final class DatabaseFault {
  private DatabaseFault() {}

  /**
   * An error of a question, or of a connection that had been made.
   *
   * @see <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">PostgreSQL's codes</a>
   */
  static IOException reading(SQLException e) {
    return new IOException("the database cannot be read: " + said(e), e);
  }

  /** An error of opening it. */
  static IOException opening(SQLException e) {
    return new IOException("the database cannot be opened: " + said(e), e);
  }

  // No driver repeats a password in its texts; what a server says is bounded all the same.
  private static String said(SQLException e) {
    var state = Optional.ofNullable(e.getSQLState()).orElse("");
    var message = String.valueOf(e.getMessage());
    // The driver has no code of its own for it.
    var remedy =
        message.contains("maxResultBuffer")
            ? "a portion of rows is more than 64 MB, which MLflow's own limits do not allow"
            : remedy(state);
    var text = Text.excerpt(message);
    return remedy.isEmpty() ? text : "%s (SQLSTATE %s): %s".formatted(text, state, remedy);
  }

  private static String remedy(String state) {
    return switch (state) {
      case "57014" ->
          "one question took longer than it may, or somebody ended it: see what locks the tables or keeps the server busy, and import again, which goes on";
      case "40001" ->
          "a standby needed the rows' space while they were read: import from the primary, or set hot_standby_feedback";
      case "42501" ->
          "grant select on all of MLflow's tables to this user, and let it bypass row-level security";
      case "28P01", "28000" ->
          "check the user, the password (FOVEA_IMPORT_PASSWORD, or in the address) and pg_hba.conf";
      case "3D000" -> "check the database's name";
      case "53300" -> "the server has no connection free: import later";
      case "57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006" ->
          "the server went away or cannot be reached: check host, port and sslmode, and import again, which goes on";
      default -> "";
    };
  }
}
