package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class LoggedModelsTest extends RegistryTest {
  private final Name project = project();
  private Mlflow mlflow;
  private String model;
  private String files;

  @Autowired private AuditLog audit;

  @BeforeEach
  void aModel() {
    mlflow = mlflow(project);
    model =
        mlflow
            .ok(
                mlflow.post(
                    "logged-models",
                    Map.of(
                        "experiment_id",
                        "0",
                        "name",
                        "reader",
                        "params",
                        List.of(pair("lr", "0.1")),
                        "tags",
                        List.of(pair("team", "vision"), pair("team", "lab")))))
            .at("/model/info/model_id")
            .asString();
    files = "/api/2.0/mlflow-artifacts/artifacts/0/models/" + model + "/artifacts/";
    put("model.pt2", "zip");
    put("data/labels.txt", "0 1 2");
  }

  @Test
  void oneThatIsDeletedIsFoundByNobodyWhoDoesNotAskForDeletedOnes() {
    mlflow.ok(delete(""));
    var gone = mlflow.get("logged-models/" + model, Map.of());
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.code()).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    assertThat(gone.message()).isEqualTo("Logged model with ID '%s' not found.".formatted(model));
    assertThat(found()).isEmpty();
    var kept = mlflow.ok(mlflow.get("logged-models/" + model, Map.of("allow_deleted", "true")));
    assertThat(kept.at("/model/info/name").asString()).isEqualTo("reader");
    assertThat(kept.at("/model/data/params/0/value").asString()).isEqualTo("0.1");
    for (var change :
        List.of(
            mlflow.patch("logged-models/" + model, Map.of("status", "LOGGED_MODEL_READY")),
            mlflow.patch(
                "logged-models/" + model + "/tags", Map.of("tags", List.of(pair("a", "b")))),
            mlflow.post(
                "logged-models/" + model + "/params", Map.of("params", List.of(pair("a", "b")))),
            delete("/tags/team"),
            list(""))) {
      assertThat(change.status()).isEqualTo(404);
    }
    assertThat(mlflow.ok(delete(""))).as("twice is once").isEmpty();
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 20))
                .extracting(Audited::act, Audited::object, Audited::who)
                .containsOnlyOnce(tuple("deleted logged model", model, "ada")));
  }

  @Test
  void theFilesOfADeletedOneAreOutOfSight() {
    mlflow.ok(delete(""));
    assertThat(load("model.pt2").status()).isEqualTo(404);
    assertThat(putting("model.pt2", "other").status()).isEqualTo(404);
    mlflow.ok(mlflow.post("registered-models/create", Map.of("name", "m")));
    for (var source :
        List.of("models:/" + model, "mlflow-artifacts:/0/models/" + model + "/artifacts")) {
      assertThat(
              mlflow.post("model-versions/create", Map.of("name", "m", "source", source)).status())
          .as(source)
          .isEqualTo(400);
    }
  }

  @Test
  void aRegisteredVersionKeepsTheFilesOfADeletedOne() {
    register("models:/" + model);
    mlflow.ok(delete(""));
    assertThat(new String(load("model.pt2").body(), StandardCharsets.UTF_8)).isEqualTo("zip");
    assertThat(putting("more.txt", "x").status()).isEqualTo(404);
    assertThat(mlflow.send("DELETE", files + "data", new byte[0], "").status()).isEqualTo(404);
    var copy = register("models:/digit-reader/1");
    assertThat(copy.path("version").asString()).isEqualTo("2");
    assertThat(copy.path("model_id").asString()).isEqualTo(model);
    for (var version : List.of("1", "2")) {
      mlflow.ok(
          mlflow.delete(
              "model-versions/delete", Map.of("name", "digit-reader", "version", version)));
    }
    assertThat(load("model.pt2").status()).isEqualTo(404);
  }

  @Test
  void takesATagAwayAlsoOneWithSlashes() {
    mlflow.ok(
        mlflow.patch(
            "logged-models/" + model + "/tags", Map.of("tags", List.of(pair("a/b c", "1")))));
    assertThat(tags()).containsExactly("a/b c=1", "team=lab");
    assertThat(mlflow.ok(delete("/tags/a/b%20c"))).isEmpty();
    assertThat(tags()).containsExactly("team=lab");
    var again = delete("/tags/a/b%20c");
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.message())
        .isEqualTo("No tag with key 'a/b c' found for model with ID '%s'.".formatted(model));
    assertThat(delete("/tags").status()).isEqualTo(404);
    assertThat(delete("/tags/").status()).isEqualTo(404);
  }

  @Test
  void addsParametersThatNeverChange() {
    var path = "logged-models/" + model + "/params";
    var both = Map.of("params", List.of(pair("lr", "0.1"), pair("epochs", "3")));
    assertThat(mlflow.ok(mlflow.post(path, both))).isEmpty();
    assertThat(mlflow.ok(mlflow.post(path, both))).isEmpty();
    var changed = mlflow.post(path, Map.of("params", List.of(pair("new", "1"), pair("lr", "0.2"))));
    assertThat(changed.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(changed.message())
        .isEqualTo(
            "Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for model ID='%s'. Attempted logging new value '0.2'."
                .formatted(model));
    assertThat(pairs("/model/data/params")).containsExactly("epochs=3", "lr=0.1");
    var many = IntStream.range(0, 1_001).mapToObj(i -> pair("p" + i, "1")).toArray(Map[]::new);
    assertThat(mlflow.post(path, Map.of("params", many)).message())
        .isEqualTo("params: 1001 in one call (expected: at most 1000)");
    assertThat(mlflow.post(path, Map.of("params", List.of(pair("bad/../k", "1")))).status())
        .isEqualTo(400);
    assertThat(mlflow.ok(mlflow.post(path, Map.of()))).isEmpty();
  }

  @Test
  void listsItsFoldersAsRunsDo() {
    var root = mlflow.ok(list(""));
    assertThat(root.path("root_uri").asString())
        .isEqualTo("mlflow-artifacts:/0/models/%s/artifacts".formatted(model));
    assertThat(root.path("files").valueStream().map(JsonNode::toString))
        .containsExactly(
            "{\"path\":\"data\",\"is_dir\":true}",
            "{\"path\":\"model.pt2\",\"is_dir\":false,\"file_size\":3,\"digest\":\"sha256:4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2\"}");
    assertThat(mlflow.ok(list("data")).at("/files/0/path").asString()).isEqualTo("data/labels.txt");
    assertThat(mlflow.ok(list("nothing")).has("files")).isFalse();
  }

  /** R4. */
  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "a/../../b", "%2e%2e/x", "a\\..\\b", "//etc", "\u0000"})
  void refusesFoldersThatTryToLeave(String path) {
    var answer = list(path);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
  }

  /** A2. */
  @Test
  void anotherProjectHasNoneOfIt() {
    var own = mlflow;
    mlflow = mlflow(project());
    for (var answer :
        List.of(
            delete(""),
            delete("/tags/team"),
            list(""),
            mlflow.get("logged-models/" + model, Map.of("allow_deleted", "true")),
            mlflow.post(
                "logged-models/" + model + "/params", Map.of("params", List.of(pair("a", "b")))))) {
      assertThat(answer.status()).isEqualTo(404);
    }
    mlflow = own;
    assertThat(found()).containsExactly(model);
    assertThat(tags()).containsExactly("team=lab");
    assertThat(load("model.pt2").status()).isEqualTo(200);
  }

  private JsonNode register(String source) {
    mlflow.post("registered-models/create", Map.of("name", "digit-reader"));
    return mlflow
        .ok(mlflow.post("model-versions/create", Map.of("name", "digit-reader", "source", source)))
        .path("model_version");
  }

  private Mlflow.Answer delete(String rest) {
    return mlflow.delete("logged-models/" + model + rest, Map.of("model_id", model));
  }

  private Mlflow.Answer list(String folder) {
    return mlflow.get(
        "logged-models/" + model + "/artifacts/directories",
        folder.isEmpty() ? Map.of() : Map.of("artifact_directory_path", folder));
  }

  private void put(String path, String content) {
    mlflow.ok(putting(path, content));
  }

  private Mlflow.Answer putting(String path, String content) {
    return mlflow.send(
        "PUT", files + path, content.getBytes(StandardCharsets.UTF_8), "application/octet-stream");
  }

  private Mlflow.Answer load(String path) {
    return mlflow.send("GET", files + path, new byte[0], "");
  }

  private List<String> found() {
    return mlflow
        .ok(mlflow.post("logged-models/search", Map.of("experiment_ids", List.of("0"))))
        .path("models")
        .valueStream()
        .map(one -> one.at("/info/model_id").asString())
        .toList();
  }

  private List<String> tags() {
    return pairs("/model/info/tags");
  }

  private List<String> pairs(String place) {
    return mlflow
        .ok(mlflow.get("logged-models/" + model, Map.of()))
        .at(place)
        .valueStream()
        .map(pair -> pair.path("key").asString() + "=" + pair.path("value").asString())
        .toList();
  }

  private static Map<String, String> pair(String key, String value) {
    return Map.of("key", key, "value", value);
  }
}
