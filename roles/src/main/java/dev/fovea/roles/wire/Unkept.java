package dev.fovea.roles.wire;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL says of a value that it has no place for. Such a value is the sender's, whichever
 * of the many texts and numbers that go into tables it is.
 */
final class Unkept {
  private static final int MOST_CAUSES = 20;

  private Unkept() {}

  /** Why it can't be kept; empty where something else failed. */
  static Optional<String> reason(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return reason(String.valueOf(sql.getSQLState()));
      }
    }
    return Optional.empty();
  }

  /** The classes 22 (data exception) and 54 (limit exceeded) of PostgreSQL's error codes. */
  private static Optional<String> reason(String state) {
    return switch (state) {
      case "22021", "22P05" ->
          Optional.of("a text with the character U+0000 or broken Unicode, which can't be kept");
      case "22003" -> Optional.of("a number that is too large to be kept");
      case "22008" -> Optional.of("a time that is too early or too late to be kept");
      case "54000" -> Optional.of("a text that is too long to be looked up by");
      default -> Optional.empty();
    };
  }
}
