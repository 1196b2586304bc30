package dev.fovea.registry.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a filter compares. */
public enum Operator {
  EQUAL("="),
  NOT_EQUAL("!="),
  GREATER(">"),
  AT_LEAST(">="),
  LESS("<"),
  AT_MOST("<="),
  LIKE("LIKE"),
  ILIKE("ILIKE"),
  IN("IN"),
  NOT_IN("NOT IN"),
  IS_NULL("IS NULL"),
  IS_NOT_NULL("IS NOT NULL");

  private final String sql;

  Operator(String sql) {
    this.sql = sql;
  }

  /** As it is written, in filters and in SQL alike. */
  public String sql() {
    return sql;
  }

  static Optional<Operator> written(String text) {
    var upper = text.toUpperCase(Locale.ROOT);
    return Arrays.stream(values()).filter(operator -> operator.sql.equals(upper)).findFirst();
  }

  /** Whether it compares numbers. */
  public boolean ordersNumbers() {
    return compareTo(AT_MOST) <= 0;
  }

  /** Whether it compares a text with another one. */
  public boolean matchesText() {
    return this == EQUAL || this == NOT_EQUAL || this == LIKE || this == ILIKE;
  }

  /** Whether it compares with a list. */
  public boolean takesList() {
    return this == IN || this == NOT_IN;
  }

  /** Whether it asks for presence alone. */
  public boolean asksPresence() {
    return this == IS_NULL || this == IS_NOT_NULL;
  }
}
