package dev.fovea.cli.imports.wandb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A value of a configuration, a history or a summary (wandb_internal.proto: ConfigItem,
 * HistoryItem, SummaryItem have the same fields).
 *
 * @param path its key, and the keys in it
 */
record Item(List<String> path, JsonNode value) {
  private static final int KEY = 1;
  private static final int NESTED_KEY = 2;
  private static final int VALUE_JSON = 16;
  private static final String TYPE = "_type";
  private static final int MOST_DEPTH = 50;
  private static final int MOST_TEXT_CHARS = 16 << 20;

  // Python writes NaN and infinities as bare words.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxStringLength(MOST_TEXT_CHARS)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  static List<Item> of(List<Message> messages) throws IOException {
    var items = new ArrayList<Item>();
    for (var message : messages) {
      var nested = message.texts(NESTED_KEY);
      var path = nested.isEmpty() ? List.of(message.text(KEY)) : nested;
      items.add(new Item(path, parsed(message.text(VALUE_JSON))));
    }
    return joined(items);
  }

  /** The fields of an object that says of what type it is, such as an image, are one value. */
  private static List<Item> joined(List<Item> items) {
    var objects = new LinkedHashMap<List<String>, JsonNode>();
    for (var item : items) {
      if (item.path().size() > 1 && item.path().getLast().equals(TYPE)) {
        objects.put(item.owner(), JSON.createObjectNode().set(TYPE, item.value()));
      }
    }
    if (objects.isEmpty()) {
      return items;
    }
    var joined = new ArrayList<Item>();
    objects.forEach((path, object) -> joined.add(new Item(path, object)));
    for (var item : items) {
      if (item.path().size() < 2 || !objects.containsKey(item.owner())) {
        joined.add(item);
      }
    }
    return joined;
  }

  private List<String> owner() {
    return path.subList(0, path.size() - 1);
  }

  private static JsonNode parsed(String json) throws IOException {
    try {
      return json.isEmpty() ? JSON.nullNode() : JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IOException("a value is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  String key() {
    return String.join(".", path);
  }
}
