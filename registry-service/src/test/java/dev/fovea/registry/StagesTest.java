package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class StagesTest extends RegistryTest {
  private final Name project = project();
  private Mlflow mlflow;

  @Autowired private AuditLog audit;

  @BeforeEach
  void threeVersions() {
    mlflow = mlflow(project);
    for (var content : List.of("a", "b", "c")) {
      mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", content)));
    }
  }

  @Test
  void aVersionMovesBetweenStagesHoweverTheyAreWritten() {
    assertThat(stage("1")).isEqualTo("None");
    var moved = mlflow.ok(move("1", "sTAGING")).path("model_version");
    assertThat(moved.path("current_stage").asString()).isEqualTo("Staging");
    assertThat(moved.path("version").asString()).isEqualTo("1");
    assertThat(moved.path("last_updated_timestamp").longValue())
        .isGreaterThanOrEqualTo(moved.path("creation_timestamp").longValue());
    for (var stage : List.of("Production", "Archived", "None")) {
      mlflow.ok(move("1", stage));
      assertThat(stage("1")).isEqualTo(stage);
    }
    var found =
        mlflow.ok(mlflow.get("model-versions/search", Map.of("filter", "name = 'digit-reader'")));
    assertThat(stages(found)).containsExactly("1 None", "3 None", "2 None");
  }

  @Test
  void theNewestVersionOfEachStageIsFoundByGetAndByPost() {
    mlflow.ok(move("1", "Production"));
    var name = Map.of("name", "digit-reader");
    var all = mlflow.ok(mlflow.get("registered-models/get-latest-versions", name));
    assertThat(stages(all)).containsExactlyInAnyOrder("1 Production", "3 None");
    assertThat(mlflow.ok(mlflow.post("registered-models/get-latest-versions", name)))
        .isEqualTo(all);
    assertThat(
            stages(
                mlflow.ok(
                    mlflow.post(
                        "registered-models/get-latest-versions",
                        Map.of(
                            "name", "digit-reader", "stages", List.of("production", "Staging"))))))
        .containsExactly("1 Production");
    assertThat(
            stages(
                mlflow.ok(
                    mlflow.send(
                        "GET",
                        "/ajax-api/2.0/mlflow/registered-models/get-latest-versions?name=digit-reader&stages=None&stages=Staging",
                        new byte[0],
                        ""))))
        .containsExactly("3 None");
    assertThat(
            mlflow.ok(
                mlflow.post(
                    "registered-models/get-latest-versions",
                    Map.of("name", "digit-reader", "stages", List.of("Archived")))))
        .isEmpty();
    var model = mlflow.ok(mlflow.get("registered-models/get", name)).path("registered_model");
    assertThat(model.path("latest_versions").size()).isEqualTo(2);
    assertThat(model.path("latest_versions").path(0).path("aliases").isMissingNode()).isTrue();
  }

  @Test
  void oneThatIsMovedInCanArchiveTheOthersAndTheAuditLogSaysSo() {
    mlflow.ok(move("1", "Production"));
    mlflow.ok(move("2", "Production"));
    mlflow.ok(move("3", "production", Map.of("archive_existing_versions", true)));
    assertThat(List.of(stage("1"), stage("2"), stage("3")))
        .containsExactly("Archived", "Archived", "Production");
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 20))
                .extracting(Audited::act, Audited::object, Audited::who)
                .contains(
                    tuple("moved model version to stage Production", "digit-reader 3", "ada"),
                    tuple(
                        "archived model version for version 3 in stage Production",
                        "digit-reader 1",
                        "ada"),
                    tuple(
                        "archived model version for version 3 in stage Production",
                        "digit-reader 2",
                        "ada")));
  }

  @Test
  void ofSeveralThatFillAStageAtOnceOneStays() throws Exception {
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (int round = 0; round < 5; round++) {
        var calls = new ArrayList<Callable<Integer>>();
        for (var version : List.of("1", "2", "3", "1", "2", "3")) {
          calls.add(() ->
              move(version, "Production", Map.of("archive_existing_versions", true)).status());
        }
        for (var call : threads.invokeAll(calls)) {
          assertThat(call.get()).isEqualTo(200);
        }
        assertThat(List.of(stage("1"), stage("2"), stage("3")))
            .containsExactlyInAnyOrder("Production", "Archived", "Archived");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "Deleted_Internal", "Production ", "Stagıng"})
  void refusesWhatIsNoStage(String stage) {
    var expected =
        "Invalid Model Version stage: %s. Value must be one of None, Staging, Production, Archived."
            .formatted(stage);
    for (var answer :
        List.of(
            move("1", stage),
            mlflow.post(
                "registered-models/get-latest-versions",
                Map.of("name", "digit-reader", "stages", List.of("None", stage))))) {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
      assertThat(answer.message()).isEqualTo(expected);
    }
    assertThat(stage("1")).isEqualTo("None");
  }

  @Test
  void refusesMovesThatMeanNothing() {
    assertThat(move("1", "Archived", Map.of("archive_existing_versions", true)).message())
        .isEqualTo(
            "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']");
    assertThat(move("1", "Staging", Map.of("archive_existing_versions", "maybe")).message())
        .startsWith("Invalid value \"maybe\" for parameter 'archive_existing_versions' supplied");
    assertThat(
            mlflow
                .post(
                    "model-versions/transition-stage",
                    Map.of("name", "digit-reader", "version", "1"))
                .message())
        .startsWith("Missing value for required parameter 'stage'");
    assertThat(move("one", "Staging").code()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(move("one", "Staging").message())
        .isEqualTo("Parameter 'version' must be an integer, got 'one'.");
    assertThat(move("9", "Staging").code()).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    assertThat(
            mlflow
                .get("registered-models/get-latest-versions", Map.of("name", "nothing"))
                .message())
        .isEqualTo("Registered Model with name=nothing not found");
    assertThat(stage("1")).isEqualTo("None");
  }

  /** A2. */
  @Test
  void movesNothingOfOtherProjects() {
    var stranger = mlflow(project());
    assertThat(
            stranger
                .post(
                    "model-versions/transition-stage",
                    Map.of("name", "digit-reader", "version", "1", "stage", "Production"))
                .status())
        .isEqualTo(404);
    assertThat(
            stranger
                .get("registered-models/get-latest-versions", Map.of("name", "digit-reader"))
                .status())
        .isEqualTo(404);
    assertThat(stage("1")).isEqualTo("None");
  }

  @Test
  void aListOfAMillionStagesIsReadWithoutHarm() {
    var many = "\"None\",".repeat(1_000_000) + "\"None\"";
    var answer =
        mlflow.send(
            "POST",
            "/api/2.0/mlflow/registered-models/get-latest-versions",
            "{\"name\": \"digit-reader\", \"stages\": [%s]}"
                .formatted(many)
                .getBytes(StandardCharsets.UTF_8),
            "application/json");
    assertThat(stages(mlflow.ok(answer))).containsExactly("3 None");
  }

  private Mlflow.Answer move(String version, String stage) {
    return move(version, stage, Map.of());
  }

  private Mlflow.Answer move(String version, String stage, Map<String, Object> more) {
    var body = new HashMap<>(more);
    body.putAll(Map.of("name", "digit-reader", "version", version, "stage", stage));
    return mlflow.post("model-versions/transition-stage", body);
  }

  private String stage(String version) {
    return mlflow
        .ok(mlflow.get("model-versions/get", Map.of("name", "digit-reader", "version", version)))
        .at("/model_version/current_stage")
        .asString();
  }

  private static List<String> stages(JsonNode answer) {
    return answer
        .path("model_versions")
        .valueStream()
        .map(version ->
            version.path("version").asString() + " " + version.path("current_stage").asString())
        .toList();
  }
}
