package dev.fovea.registry.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tag or a parameter. */
public record KeyValue(String key, String value) {
  /** The list of such pairs in a field; a value that is absent is empty, as MLflow has it. */
  public static List<KeyValue> listed(Fields fields, String name) {
    return fields.objects(name).stream()
        .map(pair -> new KeyValue(pair.text("key"), pair.optionalText("value").orElse("")))
        .toList();
  }

  /** The pairs by key; the last of several values of a key stays. */
  public static Map<String, String> map(List<KeyValue> pairs) {
    var map = new LinkedHashMap<String, String>();
    pairs.forEach(pair -> map.put(pair.key(), pair.value()));
    return map;
  }
}
