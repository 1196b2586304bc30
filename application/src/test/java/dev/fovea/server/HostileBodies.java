package dev.fovea.server;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bodies of an OpenAPI document's operations: one that could be meant, and that with each place
 * replaced by something that nobody would mean.
 */
final class HostileBodies {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEEPEST = 6;
  private static final List<String> HOSTILE =
      List.of(
          "null",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"" + "x".repeat(20_000) + "\"",
          "-1",
          "9223372036854775807",
          "1e400",
          "\"NaN\"",
          "[]",
          "[null]",
          "{}",
          "\"+1000000000-12-31T23:59:59.999999999Z\"",
          "\"PT2562047788015215H\"");

  private final JsonNode document;

  HostileBodies(JsonNode document) {
    this.document = document;
  }

  /** The body that could be meant, and its hostile variants, as JSON. */
  List<String> of(JsonNode schema) {
    var meant = plausible(schema, 0);
    var all = new ArrayList<String>();
    all.add(meant.toString());
    for (var hostile : HOSTILE) {
      replaceEach(meant, JsonMapper.shared().readTree(hostile), meant, all);
    }
    return all;
  }

  /** Writes the root once for each place below a node, with that place replaced. */
  private static void replaceEach(
      JsonNode node, JsonNode hostile, JsonNode root, List<String> all) {
    if (node instanceof ObjectNode object) {
      for (var name : List.copyOf(object.propertyNames())) {
        var before = object.get(name);
        object.set(name, hostile);
        all.add(root.toString());
        object.set(name, before);
        replaceEach(before, hostile, root, all);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        var before = array.get(i);
        array.set(i, hostile);
        all.add(root.toString());
        array.set(i, before);
        replaceEach(before, hostile, root, all);
      }
    }
  }

  private JsonNode plausible(JsonNode written, int depth) {
    var schema = resolved(written);
    if (depth > DEEPEST) {
      return JSON.nullNode();
    }
    if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
      return schema.path("enum").get(0);
    }
    var type = schema.path("type");
    return switch (type.isArray() ? type.path(0).asString("") : type.asString("object")) {
      case "string" -> JSON.stringNode(text(schema));
      case "integer" -> JSON.numberNode(1);
      case "number" -> JSON.numberNode(0.5);
      case "boolean" -> JSON.booleanNode(true);
      case "array" -> JSON.arrayNode().add(plausible(schema.path("items"), depth + 1));
      default -> object(schema, depth);
    };
  }

  private ObjectNode object(JsonNode schema, int depth) {
    var object = JSON.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(field -> object.set(field.getKey(), plausible(field.getValue(), depth + 1)));
    if (schema.path("additionalProperties").isObject()) {
      object.set("key", plausible(schema.path("additionalProperties"), depth + 1));
    }
    return object;
  }

  private static String text(JsonNode schema) {
    return switch (schema.path("format").asString("")) {
      case "date-time" -> "2026-01-01T00:00:00Z";
      case "duration" -> "PT1H";
      case "uuid" -> "00000000-0000-4000-8000-000000000000";
      default -> {
        var pattern = schema.path("pattern").asString("");
        yield pattern.contains("sha256")
            ? "sha256:" + "0".repeat(64)
            : pattern.contains("{40}") ? "0".repeat(40) : "sample";
      }
    };
  }

  private JsonNode resolved(JsonNode schema) {
    var reference = schema.path("$ref").asString("");
    return reference.isEmpty() ? schema : document.at(reference.substring(1));
  }
}
