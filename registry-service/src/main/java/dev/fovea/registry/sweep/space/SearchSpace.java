package dev.fovea.registry.sweep.space;

import dev.fovea.kernel.InvalidRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the trials of a sweep may vary: at most 100 parameters, ordered by name, so that the order
 * in which somebody wrote them changes nothing.
 */
public final class SearchSpace {
  private final List<String> names;
  private final List<Parameter> parameters;

  /**
   * @param parameters by name
   */
  public SearchSpace(Map<String, ? extends Parameter> parameters) {
    var sorted = new TreeMap<String, Parameter>(parameters);
    this.names = List.copyOf(sorted.keySet());
    this.parameters = List.copyOf(sorted.values());
  }

  /**
   * Reads it from JSON, in the form that Optuna's {@code json_to_distribution} reads each
   * parameter:
   *
   * <pre>{@code
   * {"lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true},
   *  "batch": {"type": "int", "low": 16, "high": 128, "step": 16},
   *  "optimizer": {"type": "categorical", "choices": ["sgd", "adamw"]}}
   * }</pre>
   *
   * @param json at most 256 KiB
   * @throws InvalidRequest naming the field that is wrong
   */
  public static SearchSpace parse(String json) {
    return SpaceReader.parse(json);
  }

  /**
   * The same from a field of a larger request.
   *
   * @param field what the field is called in messages
   * @throws InvalidRequest naming the field that is wrong
   */
  public static SearchSpace read(JsonNode node, String field) {
    return SpaceReader.read(node, field);
  }

  /** The parameters' names, in order. */
  public List<String> names() {
    return names;
  }

  /** The parameters, in the order of their names. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Whether this is a point of the space. */
  public boolean contains(Point point) {
    if (point.size() != parameters.size()) {
      return false;
    }
    for (int i = 0; i < point.size(); i++) {
      if (!parameters.get(i).contains(point.at(i))) {
        return false;
      }
    }
    return true;
  }

  /** The values by name, as a script knows them. */
  public SequencedMap<String, Object> shown(Point point) {
    var shown = new LinkedHashMap<String, Object>();
    for (int i = 0; i < names.size(); i++) {
      shown.put(names.get(i), parameters.get(i).shown(point.at(i)));
    }
    return shown;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SearchSpace space
        && names.equals(space.names)
        && parameters.equals(space.parameters);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + parameters.hashCode();
  }

  @Override
  public String toString() {
    return "SearchSpace" + names;
  }
}
