package dev.fovea.security;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Describes MLflow's calls (mlflow 3.17.2, service.proto and model_registry.proto), whose fields
 * are read from the body or the query by hand: numbers of 64 bits may be texts, and the other way
 * round in a query. A call that is not in the table fails the document, and the test that asks for
 * it.
 */
final class MlflowDescription {
  private static final String BELOW = "/api/2.0/mlflow/";
  private static final String FAILURE = "MlflowFailure";

  /** What springdoc takes for a parameter, and is none. */
  private static final Set<String> ARGUMENTS = Set.of("scope", "fields", "request");

  /**
   * Method, path, and the fields: with a '?' where it may be left out, and a kind but for texts.
   */
  private static final Map<String, List<String>> FIELDS =
      read(
          """
          POST experiments/create name artifact_location? tags?=pairs
          GET experiments/get experiment_id
          GET experiments/get-by-name experiment_name
          GET experiments/search filter? order_by?=texts view_type? max_results?=whole page_token?
          POST experiments/search filter? order_by?=texts view_type? max_results?=whole page_token?
          POST experiments/update experiment_id new_name
          POST experiments/delete experiment_id
          POST experiments/restore experiment_id
          POST experiments/set-experiment-tag experiment_id key value?
          POST experiments/delete-experiment-tag experiment_id key
          POST runs/create experiment_id? run_name? user_id? start_time?=whole tags?=pairs
          GET runs/get run_id? run_uuid?
          POST runs/update run_id? run_uuid? status? end_time?=whole run_name?
          POST runs/delete run_id
          POST runs/restore run_id
          POST runs/search experiment_ids?=texts filter? order_by?=texts run_view_type? max_results?=whole page_token?
          POST runs/log-batch run_id metrics?=objects params?=pairs tags?=pairs
          POST runs/log-metric run_id key value=number timestamp=whole step?=whole model_id? dataset_name? dataset_digest?
          POST runs/log-parameter run_id key value?
          POST runs/set-tag run_id key value?
          POST runs/delete-tag run_id key
          POST runs/log-inputs run_id datasets?=objects models?=objects
          POST runs/outputs run_id models?=objects
          POST runs/log-model run_id model_json
          GET metrics/get-history run_id metric_key max_results?=whole page_token?
          GET metrics/get-history-bulk-interval run_ids=texts metric_key max_results?=whole start_step?=whole end_step?=whole
          POST logged-models experiment_id name? model_type? source_run_id? params?=pairs tags?=pairs
          GET logged-models/{id} allow_deleted?=flag
          PATCH logged-models/{id} status
          DELETE logged-models/{id}
          POST logged-models/{id}/params params?=pairs
          PATCH logged-models/{id}/tags tags?=pairs
          DELETE logged-models/{id}/tags/{key}
          POST logged-models/search experiment_ids?=texts filter? order_by?=objects datasets?=objects max_results?=whole page_token?
          GET logged-models/{id}/artifacts/directories artifact_directory_path?
          POST model-versions/create name source run_id? model_id? run_link? description? tags?=pairs
          GET model-versions/get name version
          GET model-versions/get-download-uri name version
          GET model-versions/search filter? order_by?=texts max_results?=whole page_token?
          PATCH model-versions/update name version description?
          POST model-versions/transition-stage name version stage archive_existing_versions?=flag
          DELETE model-versions/delete name version
          POST model-versions/set-tag name version key value?
          DELETE model-versions/delete-tag name version key
          POST registered-models/create name description? tags?=pairs
          GET registered-models/get name
          GET registered-models/search filter? order_by?=texts max_results?=whole page_token?
          GET registered-models/get-latest-versions name stages?=texts
          POST registered-models/get-latest-versions name stages?=texts
          POST registered-models/rename name new_name
          PATCH registered-models/update name description?
          DELETE registered-models/delete name
          POST registered-models/set-tag name key value?
          DELETE registered-models/delete-tag name key
          POST registered-models/alias name alias version
          GET registered-models/alias name alias
          DELETE registered-models/alias name alias
          GET artifacts/list run_id path?
          POST artifacts/presigned-upload-url run_id? model_id? path expiration?=whole
          POST artifacts/presigned-download-url run_id path expiration?=whole
          POST webhooks name description? url events=objects secret? status?
          GET webhooks max_results?=whole page_token?
          GET webhooks/{id}
          PATCH webhooks/{id} name? description? url? events?=objects secret? status?
          DELETE webhooks/{id}
          POST webhooks/{id}/test event?=object
          """);

  private MlflowDescription() {}

  /** Whether a path is one of MLflow's. */
  static boolean concerns(String path) {
    return path.startsWith(BELOW);
  }

  /**
   * Leaves out what only says that there is no such call, and writes the others as OpenAPI does.
   */
  static void tidy(OpenAPI api, Components components) {
    for (var path : List.copyOf(api.getPaths().keySet())) {
      if (!concerns(path)) {
        continue;
      }
      var item = api.getPaths().remove(path);
      if (!path.endsWith("/**")) {
        api.getPaths().addPathItem(path.replace("{*", "{"), item);
      }
    }
    ARGUMENTS.forEach(name ->
        Optional.ofNullable(components.getSchemas())
            .ifPresent(schemas ->
                schemas.remove(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))));
    components.addSchemas(FAILURE, failure());
  }

  /** Says what a call takes, and how it is refused. */
  static void complete(String method, String path, Operation operation) {
    var call = method + " " + path.substring(BELOW.length());
    var fields = FIELDS.get(call);
    if (fields == null) {
      throw new IllegalStateException(
          "%s: its fields are not in MlflowDescription (expected: a row)".formatted(call));
    }
    var parameters =
        new ArrayList<>(Optional.ofNullable(operation.getParameters()).orElseGet(List::of));
    parameters.removeIf(parameter -> ARGUMENTS.contains(parameter.getName()));
    parameters.add(
        new Parameter()
            .in("header")
            .name("X-MLFLOW-WORKSPACE")
            .description("the project; left out, the one of the token")
            .schema(new JsonSchema().typesItem("string")));
    operation.requestBody(null);
    if (method.equals("GET")) {
      fields.forEach(field -> parameters.add(query(field)));
    } else if (!fields.isEmpty()) {
      operation.requestBody(body(fields));
    }
    operation.parameters(parameters);
    var responses = Optional.ofNullable(operation.getResponses()).orElseGet(ApiResponses::new);
    responses.addApiResponse("default", refusal());
    operation.responses(responses);
  }

  private static Map<String, List<String>> read(String table) {
    return table
        .lines()
        .map(line -> line.split(" ", -1))
        .collect(
            Collectors.toMap(
                words -> words[0] + " " + words[1],
                words -> Arrays.stream(words).skip(2).toList()));
  }

  private static Parameter query(String field) {
    return new Parameter()
        .in("query")
        .name(name(field))
        .required(isRequired(field))
        .schema(value(field));
  }

  private static RequestBody body(List<String> fields) {
    var schema = new JsonSchema().typesItem("object");
    for (var field : fields) {
      schema.addProperty(name(field), value(field));
      if (isRequired(field)) {
        schema.addRequiredItem(name(field));
      }
    }
    return new RequestBody()
        .required(true)
        .content(new Content().addMediaType("application/json", new MediaType().schema(schema)));
  }

  private static String name(String field) {
    return field.replaceFirst("\\??(=.*)?$", "");
  }

  private static boolean isRequired(String field) {
    return !field.contains("?");
  }

  private static Schema<?> value(String field) {
    return switch (field.replaceFirst("^[^=]*=?", "")) {
      case "" -> new JsonSchema().typesItem("string");
      case "whole" -> new JsonSchema().typesItem("integer").typesItem("string");
      case "number" -> new JsonSchema().typesItem("number").typesItem("string");
      case "flag" -> new JsonSchema().typesItem("boolean").typesItem("string");
      case "texts" -> list(new JsonSchema().typesItem("string"));
      case "object" -> new JsonSchema().typesItem("object");
      case "objects" -> list(new JsonSchema().typesItem("object"));
      case "pairs" -> list(pair());
      default -> throw new IllegalStateException(field + ": of no kind that is known");
    };
  }

  private static Schema<?> list(Schema<?> items) {
    return new JsonSchema().typesItem("array").items(items);
  }

  private static Schema<?> pair() {
    var pair = new JsonSchema().typesItem("object");
    pair.addProperty("key", new JsonSchema().typesItem("string"));
    pair.addProperty("value", new JsonSchema().typesItem("string"));
    pair.addRequiredItem("key");
    return pair;
  }

  private static ApiResponse refusal() {
    return new ApiResponse()
        .description("It was refused, or failed: MLflow's error, by whose code its clients go.")
        .content(
            new Content()
                .addMediaType(
                    "application/json",
                    new MediaType()
                        .schema(new JsonSchema().$ref("#/components/schemas/" + FAILURE)))
                .addMediaType(
                    "application/problem+json",
                    new MediaType().schema(new JsonSchema().$ref("#/components/schemas/Problem"))));
  }

  private static Schema<?> failure() {
    var failure =
        new JsonSchema().typesItem("object").description("How MLflow's calls are refused.");
    failure.addProperty(
        "error_code",
        new JsonSchema().typesItem("string").description("such as RESOURCE_DOES_NOT_EXIST"));
    failure.addProperty(
        "message", new JsonSchema().typesItem("string").description("what happened, with values"));
    failure.setRequired(List.of("error_code", "message"));
    return failure;
  }
}
