package dev.fovea.registry.protocol;

import java.util.List;

/** A tag or a parameter. */
public record KeyValue(String key, String value) {
  /** The list of such pairs in a field; a value that is absent is empty, as MLflow has it. */
  public static List<KeyValue> listed(Fields fields, String name) {
    return fields.objects(name).stream()
        .map(pair -> new KeyValue(pair.text("key"), pair.optionalText("value").orElse("")))
        .toList();
  }
}
