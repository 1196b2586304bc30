package dev.fovea.cli.imports.wandb;

import java.io.IOException;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes a JSON value apart into what has no parts, under keys with dots. */
final class Values {
  private static final int MOST_LEAVES = 100_000;

  private Values() {}

  /** Is told of one value without parts. */
  interface Leaf {
    void take(String key, JsonNode value) throws IOException;
  }

  /** Tells of each; an object that says of what type it is counts as one. */
  static void leaves(String key, JsonNode value, Leaf leaf) throws IOException {
    leaves(key, value, leaf, new int[1]);
  }

  private static void leaves(String key, JsonNode value, Leaf leaf, int[] count)
      throws IOException {
    if (value instanceof ObjectNode object && !object.has("_type") && !object.isEmpty()) {
      for (var entry : object.properties()) {
        leaves(key + "." + entry.getKey(), entry.getValue(), leaf, count);
      }
    } else if (count[0]++ < MOST_LEAVES) {
      leaf.take(key, value);
    } else {
      throw new IOException("'%s' has more than %d values".formatted(key, MOST_LEAVES));
    }
  }

  /** What a metric can hold of it: a number, or yes and no as 1 and 0. */
  static OptionalDouble number(JsonNode value) {
    if (value.isNumber()) {
      return OptionalDouble.of(value.asDouble());
    }
    if (value.isBoolean()) {
      return OptionalDouble.of(value.asBoolean() ? 1 : 0);
    }
    return switch (value.isString() ? value.asString() : "") {
      case "NaN" -> OptionalDouble.of(Double.NaN);
      case "Infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-Infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      default -> OptionalDouble.empty();
    };
  }

  /** As text: a text itself, else its JSON. */
  static String text(JsonNode value) {
    return value.isString() ? value.asString() : value.toString();
  }
}
