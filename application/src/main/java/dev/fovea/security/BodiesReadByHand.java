package dev.fovea.security;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes the bodies that their routes read within limits by themselves, so that no type says
 * what they are.
 */
final class BodiesReadByHand {
  private static final String SWEEPS = "/api/v1/projects/{project}/sweeps";
  private static final String TRIAL = SWEEPS + "/{sweep}/trials/{number}";

  /** OpenID Connect has it as a form alone. */
  private static final String LOGOUT = "/api/v1/oidc/logout";

  /** A field: its name, with a '?' where it may be left out, and its types. */
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          SWEEPS,
          List.of(
              "name string",
              "experiment string",
              "space object",
              "method string",
              "goal string",
              "trials integer",
              "seed? integer",
              "halving? object",
              "median? object",
              "metric? string",
              "take? string",
              "latency? object"),
          SWEEPS + "/{sweep}/ask",
          List.of("worker string", "key string", "leaseSeconds integer"),
          TRIAL + "/report",
          List.of("lease string", "step integer", "value number,string"),
          TRIAL + "/tell",
          List.of("lease string", "state string", "value? number,string", "latency? number"),
          "/api/v1/oidc/token",
          List.of(
              "grant_type string",
              "subject_token_type string",
              "subject_token string",
              "project string"),
          LOGOUT,
          List.of("logout_token string"),
          "/api/v1/projects/{project}/hooks/github",
          List.of("repository? object", "action? string", "ref? string", "after? string"));

  private BodiesReadByHand() {}

  /** Adds the body to an operation that reads one so. */
  static void describe(String method, String path, Operation operation) {
    if (method.equals("POST")) {
      Optional.ofNullable(FIELDS.get(path))
          .ifPresent(fields -> operation.requestBody(body(type(path), fields)));
    }
  }

  private static String type(String path) {
    return path.equals(LOGOUT) ? "application/x-www-form-urlencoded" : "application/json";
  }

  private static RequestBody body(String type, List<String> fields) {
    var schema = new JsonSchema().typesItem("object");
    for (var field : fields) {
      var words = field.split(" ", -1);
      schema.addProperty(words[0].replace("?", ""), value(words[1]));
      if (!words[0].endsWith("?")) {
        schema.addRequiredItem(words[0]);
      }
    }
    return new RequestBody()
        .required(true)
        .content(new Content().addMediaType(type, new MediaType().schema(schema)));
  }

  private static Schema<?> value(String types) {
    var value = new JsonSchema();
    Arrays.stream(types.split(",", -1)).forEach(value::typesItem);
    return value;
  }
}
