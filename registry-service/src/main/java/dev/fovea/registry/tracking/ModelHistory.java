package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The models that clients before MLflow 3 say their runs logged: a JSON list in a tag of the run,
 * which those clients read. Newer clients make logged models instead.
 */
@Component
public final class ModelHistory {
  private static final String TAG = "mlflow.log-model.history";
  private static final List<String> NEEDED =
      List.of("artifact_path", "flavors", "utc_time_created", "run_id");
  private static final List<String> KEPT =
      List.of("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors");
  private static final int MODEL_CHARS = 1_000_000;
  private static final int LIST_CHARS = 8_000;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final RunLog log;
  private final JsonMapper json;

  ModelHistory(JdbcClient database, TransactionTemplate transaction, RunLog log, JsonMapper json) {
    this.database = database;
    this.transaction = transaction;
    this.log = log;
    this.json = json;
  }

  /**
   * Adds a model.
   *
   * @param model the JSON of its MLmodel file, of which what the list needs is kept
   * @throws MlflowError also when the list would have more than 8,000 characters, as a tag may
   */
  public void add(Name project, String run, String model) {
    var entry = entry(Limits.atMost("model_json", model, MODEL_CHARS));
    log.requireActive(project, run);
    transaction.executeWithoutResult(_ -> {
      // Of two models logged at once, the second waits here and finds the first's entry.
      database
          .sql("select id from registry.run where id = ? for update")
          .param(run)
          .query(String.class)
          .single();
      var list = before(run).add(entry).toString();
      if (list.length() > LIST_CHARS) {
        throw MlflowError.invalid(
            "tag '%s' of run %s would have %d characters (expected: at most %d); log further models with a client of MLflow 3, or to another run"
                .formatted(TAG, run, list.length(), LIST_CHARS));
      }
      log.putTags(project, run, List.of(new KeyValue(TAG, list)));
    });
  }

  private ObjectNode entry(String model) {
    if (!(read(model).orElse(null) instanceof ObjectNode whole)) {
      throw MlflowError.invalid(
          "Malformed model info. \n %s \n is not a valid JSON.".formatted(Text.excerpt(model)));
    }
    var missing =
        NEEDED.stream().filter(field -> !whole.has(field)).collect(Collectors.joining("', '"));
    if (!missing.isEmpty()) {
      throw MlflowError.invalid(
          "Model json is missing mandatory fields: {'%s'}".formatted(missing));
    }
    var entry = whole.retain(KEPT);
    // A flavor's configuration may be long, and the list has no place for it.
    entry
        .path("flavors")
        .forEach(flavor -> {
          if (flavor instanceof ObjectNode options) {
            options.remove("config");
          }
        });
    return entry;
  }

  // Clients write this tag too, so it may hold anything.
  private ArrayNode before(String run) {
    return database
        .sql("select value from registry.tag where run = ? and key = ?")
        .params(run, TAG)
        .query(String.class)
        .optional()
        .flatMap(this::read)
        .filter(ArrayNode.class::isInstance)
        .map(ArrayNode.class::cast)
        .orElseGet(json::createArrayNode);
  }

  private Optional<JsonNode> read(String text) {
    try {
      return Optional.of(json.readTree(text));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
