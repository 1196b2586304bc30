package dev.fovea.cli.imports.rest;

import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads what MLflow's messages hold. */
public final class Json {
  private Json() {}

  /** A metric's value: a number, or the text that stands for one that is none. */
  public static double number(JsonNode value) throws IOException {
    if (value.isNumber()) {
      return value.asDouble();
    }
    return switch (value.asString("")) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default ->
          throw new IOException(
              "'%s' is no metric's value (expected: a number, NaN, Infinity or -Infinity)"
                  .formatted(Text.excerpt(value.toString())));
    };
  }

  /**
   * A metric's point.
   *
   * @param key of the metric
   */
  public static Point point(String key, JsonNode point) throws IOException {
    return new Point(
        key,
        number(point.path("value")),
        point.path("timestamp").asLong(0),
        point.path("step").asLong(0));
  }

  /** A list of keys and values. */
  public static List<Pair> pairs(JsonNode list) {
    var pairs = new ArrayList<Pair>();
    for (var pair : list) {
      pairs.add(new Pair(pair.path("key").asString(""), pair.path("value").asString("")));
    }
    return List.copyOf(pairs);
  }

  /** A list of keys and values as a map. */
  public static Map<String, String> map(JsonNode list) {
    var map = new LinkedHashMap<String, String>();
    pairs(list).forEach(pair -> map.put(pair.key(), pair.value()));
    return map;
  }

  /** One field of each item of a list. */
  public static List<String> texts(JsonNode list, String field) {
    var texts = new ArrayList<String>();
    for (var item : list) {
      texts.add(item.path(field).asString(""));
    }
    return List.copyOf(texts);
  }
}
