package dev.fovea.registry.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What src/test/python/optuna_streams.py recorded of Optuna 5.0.0. */
public final class Recordings {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Recordings() {}

  /** A recording of one JSON value. */
  public static JsonNode read(String name) {
    return JSON.readTree(text(name));
  }

  /** A recording of one JSON value a line. */
  public static List<JsonNode> lines(String name) {
    return text(name).lines().map(JSON::readTree).toList();
  }

  /** A number, which is text where JSON has no digits for it. */
  public static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.stringValue()) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("no number: " + node);
    };
  }

  private static String text(String name) {
    try (var in = Recordings.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
