package dev.fovea.registry.tracking;

import java.util.Locale;
import java.util.Optional;

/** Which things a search sees: what is deleted stays restorable. */
public enum Lifecycle {
  ACTIVE_ONLY("active"),
  DELETED_ONLY("deleted"),
  ALL("%");

  private final String pattern;

  Lifecycle(String pattern) {
    this.pattern = pattern;
  }

  /** A LIKE pattern of the column {@code lifecycle}. */
  public String pattern() {
    return pattern;
  }

  /** MLflow's name or number of it; active ones where there is none. */
  public static Lifecycle written(Optional<String> text) {
    return switch (text.orElse("").toUpperCase(Locale.ROOT)) {
      case "DELETED_ONLY", "2" -> DELETED_ONLY;
      case "ALL", "3" -> ALL;
      default -> ACTIVE_ONLY;
    };
  }
}
