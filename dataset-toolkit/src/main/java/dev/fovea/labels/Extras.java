package dev.fovea.labels;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fields that a file has and Fovea does not read, so that they are not lost when it is written
 * anew.
 *
 * @param fields each value as JSON text, by name, in the file's order, which is no part of being
 *     equal
 */
public record Extras(Map<String, String> fields) {
  /** Nothing besides. */
  public static final Extras NONE = new Extras(Map.of());

  public Extras {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }
}
