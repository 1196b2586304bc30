package dev.fovea.registry.search;

import dev.fovea.registry.protocol.MlflowError;
import java.util.Locale;

/**
 * One condition of a filter, such as {@code params.lr = '0.1'}; its operator and operand suit its
 * entity.
 */
public record Comparison(Entity entity, String key, Operator operator, Operand operand) {
  public Comparison {
    switch (entity) {
      case METRIC -> requireNumber("metric", operator, operand);
      case PARAM -> requireText("param", operator, operand);
      case TAG -> requireText("tag", operator, operand);
      case DATASET -> {
        if (!operator.matchesText() && !operator.takesList()) {
          throw wrongOperator("dataset", operator);
        }
        requireQuotes("dataset", operand);
      }
      case ATTRIBUTE -> {
        // Each search knows its own attributes.
      }
    }
  }

  /** The number that a numeric attribute or metric is compared with. */
  public double number() {
    requireNumber(entity.name().toLowerCase(Locale.ROOT) + " '" + key + "'", operator, operand);
    return ((Operand.Quantity) operand).value();
  }

  /** The text that this is compared with. */
  public String word() {
    if (operand instanceof Operand.Word(var text)) {
      return text;
    }
    throw MlflowError.invalid(
        "Expected a quoted string value for %s '%s' (e.g. 'my-value'). Got value %s"
            .formatted(entity.name().toLowerCase(Locale.ROOT), key, operand));
  }

  private static void requireNumber(String what, Operator operator, Operand operand) {
    if (!operator.ordersNumbers()) {
      throw wrongOperator(what, operator);
    }
    if (!(operand instanceof Operand.Quantity)) {
      throw MlflowError.invalid(
          "Expected numeric value type for %s. Found %s".formatted(what, operand));
    }
  }

  private static void requireText(String what, Operator operator, Operand operand) {
    if (!operator.matchesText() && !operator.asksPresence()) {
      throw wrongOperator(what, operator);
    }
    requireQuotes(what, operand);
  }

  private static void requireQuotes(String what, Operand operand) {
    if (operand instanceof Operand.Quantity quantity) {
      throw MlflowError.invalid(
          "Expected a quoted string value for %s (e.g. 'my-value'). Got value %s"
              .formatted(what, quantity));
    }
  }

  private static MlflowError wrongOperator(String what, Operator operator) {
    return MlflowError.invalid("Invalid comparator '%s' for %s".formatted(operator.sql(), what));
  }
}
