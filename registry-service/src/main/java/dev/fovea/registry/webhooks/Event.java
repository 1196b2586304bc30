package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What webhooks can be told of: MLflow's events with its own words and fields, and Fovea's. */
public enum Event {
  MODEL_CREATED("registered_model", "created", true),
  VERSION_CREATED("model_version", "created", true),
  VERSION_TAG_SET("model_version_tag", "set", true),
  VERSION_TAG_DELETED("model_version_tag", "deleted", true),
  ALIAS_CREATED("model_version_alias", "created", true),
  ALIAS_DELETED("model_version_alias", "deleted", true),
  RUN_FINISHED("run", "finished", false),
  RUN_FAILED("run", "failed", false),
  RUN_ALERT("run", "alert", false);

  private final String entity;
  private final String action;
  private final boolean mlflows;

  Event(String entity, String action, boolean mlflows) {
    this.entity = entity;
    this.action = action;
    this.mlflows = mlflows;
  }

  /** What it happens to. */
  public String entity() {
    return entity;
  }

  /** What happens. */
  public String action() {
    return action;
  }

  /** Both, such as {@code model_version.created}. */
  public String written() {
    return entity + "." + action;
  }

  /** Whether MLflow's clients know it; they fail on others. */
  public boolean isMlflows() {
    return mlflows;
  }

  /**
   * Reads what {@link #written} writes.
   *
   * @throws InvalidRequest when it is none; names those that are
   */
  public static Event of(String written) {
    return Arrays.stream(values())
        .filter(event -> event.written().equals(written))
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequest(
                "event: '%s' (expected: one of %s)"
                    .formatted(
                        Text.excerpt(written),
                        Arrays.stream(values())
                            .map(Event::written)
                            .collect(Collectors.joining(", "))),
                "name events of this list"));
  }

  /** An event of MLflow's enumerations, in any case. */
  public static Event ofMlflow(String entity, String action) {
    return Arrays.stream(values())
        .filter(event ->
            event.mlflows
                && event.entity.equalsIgnoreCase(entity)
                && event.action.equalsIgnoreCase(action))
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequest(
                "event: %s of %s (expected: one of %s)"
                    .formatted(
                        Text.excerpt(action),
                        Text.excerpt(entity),
                        Arrays.stream(values())
                            .filter(Event::isMlflows)
                            .map(Event::written)
                            .collect(Collectors.joining(", "))),
                "ask for events that Fovea has; it has no prompts and budgets"));
  }

  /** Data as it might be, for a test; MLflow's are its own examples. */
  Map<String, Object> example() {
    var data = new LinkedHashMap<String, Object>();
    if (this == RUN_FINISHED || this == RUN_FAILED || this == RUN_ALERT) {
      data.put("run_id", "abcd1234abcd5678abcd1234abcd5678");
      data.put("run_name", "example-run");
    } else {
      data.put("name", "example_model");
    }
    switch (this) {
      case MODEL_CREATED -> {
        data.put("tags", Map.of("example_key", "example_value"));
        data.put("description", "An example registered model");
      }
      case VERSION_CREATED -> {
        data.put("version", "1");
        data.put("source", "models:/123");
        data.put("run_id", "abcd1234abcd5678");
        data.put("tags", Map.of("example_key", "example_value"));
        data.put("description", "An example model version");
      }
      case VERSION_TAG_SET -> {
        data.put("version", "1");
        data.put("key", "example_key");
        data.put("value", "example_value");
      }
      case VERSION_TAG_DELETED -> {
        data.put("version", "1");
        data.put("key", "example_key");
      }
      case ALIAS_CREATED -> {
        data.put("alias", "example_alias");
        data.put("version", "1");
      }
      case ALIAS_DELETED -> data.put("alias", "example_alias");
      case RUN_FINISHED, RUN_FAILED -> {
        data.put("experiment_id", "0");
        data.put("status", this == RUN_FINISHED ? "FINISHED" : "FAILED");
      }
      case RUN_ALERT -> {
        data.put("kind", "not_finite");
        data.put("metric", "val/loss");
        data.put("explanation", "val/loss was NaN at step 12");
      }
    }
    return data;
  }

  /** Their written forms, in the order of this enumeration. */
  static List<String> written(Iterable<Event> events) {
    var found = new TreeSet<Event>();
    events.forEach(found::add);
    return found.stream().map(Event::written).toList();
  }
}
