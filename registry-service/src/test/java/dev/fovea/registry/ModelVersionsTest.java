package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class ModelVersionsTest extends RegistryTest {
  private static final Name READER = Name.of("digit-reader");

  private final Name project = project();

  @Autowired private Models models;
  @Autowired private AuditLog audit;

  @Test
  void aFolderWithOneModelFileBecomesAVersionThatCanBeReleased() {
    var mlflow = mlflow(project);
    var made =
        mlflow.ok(
            mlflow.register(
                "digit-reader",
                Map.of("model.pt2", "zip", "parity.safetensors", "io", "MLmodel", "x")));
    assertThat(made.at("/model_version/version").asString()).isEqualTo("1");
    assertThat(made.at("/model_version/current_stage").asString()).isEqualTo("None");
    assertThat(made.at("/model_version/tags").isMissingNode()).isTrue();
    var version = models.version(project, READER, 1);
    assertThat(version.digest()).isEqualTo(digest("zip"));
    assertThat(version.format()).isEqualTo(ModelVersion.Format.PT2);
    assertThat(version.parity()).contains(digest("io"));
    assertThat(version.registeredBy()).isEqualTo("ada");
    await()
        .untilAsserted(() ->
            assertThat(heard.registered)
                .anyMatch(event ->
                    event.project().equals(project) && event.digest().equals(digest("zip"))));
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 10))
                .extracting(Audited::act, Audited::object, Audited::who)
                .contains(tuple("registered model version", "digit-reader 1", "ada")));
  }

  @Test
  void aRecordingMayBeNamedAsTheModelIs() {
    var mlflow = mlflow(project);
    mlflow.ok(
        mlflow.register(
            "digit-reader",
            Map.of(
                "data/reader.onnx",
                "onnx",
                "data/reader.safetensors",
                "io",
                "extra.safetensors",
                "z")));
    var version = models.version(project, READER, 1);
    assertThat(version.format()).isEqualTo(ModelVersion.Format.ONNX);
    assertThat(version.parity()).contains(digest("io"));
  }

  @Test
  void whatCannotBeReleasedIsKeptAndSaysWhy() {
    var mlflow = mlflow(project);
    assertThat(reason(mlflow.register("pickled", Map.of("model.pth", "x"))))
        .isEqualTo(
            "false: its model is a pickle (model/model.pth), which Fovea never loads; save it with torch.export.save as model.pt2");
    assertThat(reason(mlflow.register("twins", Map.of("a.pt2", "x", "b.onnx", "y"))))
        .isEqualTo("false: there are 2 model files: model/a.pt2, model/b.onnx");
    assertThat(reason(mlflow.register("empty", Map.of("readme.md", "x"))))
        .isEqualTo("false: there is no .pt2 or .onnx file among its 1 files");
    assertThat(reason(mlflow.register("Not A Label", Map.of("model.pt2", "x"))))
        .startsWith("false: the name has characters");
    assertThat(models.heads(project)).isEmpty();
    assertThat(models.versions(project, Name.of("pickled"))).isEmpty();
    assertThat(mlflow.get("model-versions/get", Map.of("name", "pickled", "version", "1")).status())
        .isEqualTo(200);
  }

  @Test
  void nobodyButFoveaSaysWhatCanBeReleased() {
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("pickled", Map.of("model.pth", "x")));
    var version =
        Map.of("name", "pickled", "version", "1", "key", "fovea.releasable", "value", "true");
    assertThat(mlflow.post("model-versions/set-tag", version).status()).isEqualTo(400);
    assertThat(mlflow.delete("model-versions/delete-tag", version).status()).isEqualTo(400);
    var copy =
        mlflow.ok(
            mlflow.post(
                "model-versions/create",
                Map.of(
                    "name",
                    "pickled",
                    "source",
                    "models:/pickled/1",
                    "tags",
                    List.of(Map.of("key", "fovea.releasable", "value", "true")))));
    assertThat(copy.at("/model_version/tags/0/value").asString()).startsWith("false: ");
  }

  /** A registered version's bytes are those that were registered (mlflow issue 3175). */
  @Test
  void theFilesOfAVersionNeverChange() {
    var mlflow = mlflow(project);
    var made = mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "zip")));
    var run = made.at("/model_version/run_id").asString();
    var answer = mlflow.putting("0", run, "model/model.pt2", "other");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.message())
        .contains("belongs to a registered model version, whose files never change");
    assertThat(mlflow.putting("0", run, "model/model.pt2", "zip").status()).isEqualTo(200);
    assertThat(
            mlflow
                .send(
                    "DELETE",
                    "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/model".formatted(run),
                    new byte[0],
                    "")
                .status())
        .isEqualTo(409);
    assertThat(mlflow.putting("0", run, "other.txt", "free").status()).isEqualTo(200);
  }

  /** R1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc",
        "file:///etc",
        "file:",
        ".",
        "..",
        "\\..\\",
        "x#/../..",
        "x?../",
        "x;/../",
        "%252e%252e/",
        "mlflow-artifacts:/../x",
        "mlflow-artifacts://host/0/%s/artifacts",
        "s3://other/x",
        "http://169.254.169.254/",
        "runs:/%s/../x",
        "runs:/%s/model/%%2e%%2e/x",
        "runs://host/%s/model",
        "runs:/%s/model#x",
        "runs:/0000/m",
        "models:/m-00000000000000000000000000000000",
        "models:/nothing/1",
        "models:/%s",
        "mlflow-artifacts:/1/%s/artifacts/model",
        "runs:/ffffffffffffffffffffffffffffffff/m",
        "RUNS:/%s/model",
        " runs:/%s/model",
        "runs:/%s/m\u0001"
      })
  void refusesSourcesThatNameNoPlaceOfThisProject(String source) {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    mlflow.put("0", run, "model/model.pt2", "x");
    mlflow.ok(mlflow.post("registered-models/create", Map.of("name", "m")));
    var written = source.contains("%s") ? source.formatted(run) : source;
    var answer = mlflow.post("model-versions/create", Map.of("name", "m", "source", written));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(
            mlflow
                .ok(mlflow.get("model-versions/search", Map.of("filter", "name = 'm'")))
                .has("model_versions"))
        .isFalse();
  }

  /** R1, R2: another project's run is no source through any door. */
  @Test
  void refusesSourcesOfOtherProjects() {
    var theirs = mlflow(project());
    var run = theirs.run("0", "secret");
    theirs.put("0", run, "model/model.pt2", "secret");
    theirs.ok(theirs.post("registered-models/create", Map.of("name", "m")));
    theirs.ok(
        theirs.post(
            "model-versions/create", Map.of("name", "m", "source", "runs:/" + run + "/model")));
    var ours = mlflow(project);
    ours.ok(ours.post("registered-models/create", Map.of("name", "m")));
    for (var source :
        List.of(
            "runs:/" + run + "/model",
            "mlflow-artifacts:/0/" + run + "/artifacts/model",
            "models:/m/1")) {
      assertThat(ours.post("model-versions/create", Map.of("name", "m", "source", source)).status())
          .as(source)
          .isEqualTo(400);
    }
    var own = ours.run("0", "mine");
    assertThat(
            ours.post(
                    "model-versions/create",
                    Map.of("name", "m", "source", "runs:/" + own + "/model", "run_id", run))
                .status())
        .isEqualTo(400);
    assertThat(
            ours.post("logged-models", Map.of("experiment_id", "0", "source_run_id", run)).status())
        .isEqualTo(404);
    assertThat(ours.get("model-versions/get", Map.of("name", "m", "version", "1")).status())
        .isEqualTo(404);
  }

  @Test
  void numbersAreNeverGivenTwice() {
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "a")));
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "b")));
    mlflow.ok(
        mlflow.delete("model-versions/delete", Map.of("name", "digit-reader", "version", "2")));
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "c")));
    assertThat(models.versions(project, READER))
        .extracting(ModelVersion::number)
        .containsExactly(3, 1);
  }

  @Test
  void aliasesMoveAndTheAuditLogRemembers() {
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "a")));
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "b")));
    for (var version : List.of("1", "2")) {
      mlflow.ok(
          mlflow.post(
              "registered-models/alias",
              Map.of("name", "digit-reader", "alias", "champion", "version", version)));
    }
    assertThat(models.aliased(project, READER, "champion")).map(ModelVersion::number).contains(2);
    assertThat(models.aliased(project, READER, "other")).isEmpty();
    for (var reserved : List.of("latest", "Latest", "v1", "V22", "a b", "../x")) {
      assertThat(
              mlflow
                  .post(
                      "registered-models/alias",
                      Map.of("name", "digit-reader", "alias", reserved, "version", "1"))
                  .status())
          .as(reserved)
          .isEqualTo(400);
    }
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 20))
                .extracting(Audited::act)
                .contains(
                    "pointed alias champion at version 1", "pointed alias champion at version 2"));
  }

  /** R15. */
  @Test
  void twoWhoMoveOneAliasAtOnceDoNotBothSucceedUnseen() throws SQLException {
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "a")));
    var alias = Map.of("name", "digit-reader", "alias", "champion", "version", "1");
    try (var first = database.getConnection()) {
      first.setAutoCommit(false);
      first
          .createStatement()
          .execute(
              "select pg_advisory_xact_lock(hashtextextended('alias %s digit-reader champion', 0))"
                  .formatted(project));
      assertThat(mlflow.post("registered-models/alias", alias).status()).isEqualTo(409);
      first.rollback();
    }
    mlflow.ok(mlflow.post("registered-models/alias", alias));
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 20))
                .filteredOn(act -> act.act().startsWith("pointed alias"))
                .extracting(Audited::outcome)
                .containsExactlyInAnyOrder("done", "refused: it is being moved"));
  }

  @Test
  void aModelOfAJobIsOneVersionHoweverOftenItIsRegistered(@Autowired ObjectStore objects)
      throws Exception {
    var digest = objects.put("job's model".getBytes(StandardCharsets.UTF_8));
    var wanted =
        new Models.Registration(
            READER,
            digest,
            ModelVersion.Format.ONNX,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var once =
        as(
            new Caller("job", "*", Set.of(Caller.Role.SERVICE)),
            () -> models.register(project, wanted));
    assertThat(models.register(project, wanted)).isEqualTo(once);
    assertThat(once.registeredBy()).isEqualTo("job");
    var mlflow = mlflow(project);
    var uri =
        mlflow
            .ok(
                mlflow.get(
                    "model-versions/get-download-uri",
                    Map.of("name", "digit-reader", "version", "1")))
            .path("artifact_uri")
            .asString();
    var path =
        uri.replace("mlflow-artifacts:", "/api/2.0/mlflow-artifacts/artifacts") + "/model.onnx";
    assertThat(mlflow.send("GET", path, new byte[0], "").body())
        .asString()
        .isEqualTo("job's model");
  }

  @Test
  void searchesModelsAsTheStockClientDoes() {
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("digit-reader", Map.of("model.pt2", "a")));
    mlflow.ok(
        mlflow.post(
            "registered-models/create",
            Map.of(
                "name",
                "other",
                "tags",
                List.of(Map.of("key", "mlflow.prompt.is_prompt", "value", "true")))));
    var filter = "name LIKE '%e%' AND tag.`mlflow.prompt.is_prompt` != 'true'";
    var found =
        mlflow.ok(
            mlflow.get("registered-models/search", Map.of("filter", filter, "max_results", "100")));
    assertThat(
            found
                .path("registered_models")
                .valueStream()
                .map(model -> model.path("name").asString()))
        .containsExactly("digit-reader");
    assertThat(found.at("/registered_models/0/latest_versions/0/version").asString())
        .isEqualTo("1");
    assertThat(
            mlflow
                .get("registered-models/search", Map.of("order_by", "creation_timestamp"))
                .status())
        .isEqualTo(400);
    assertThat(mlflow.get("registered-models/search", Map.of("max_results", "1001")).status())
        .isEqualTo(400);
  }

  private static String reason(Mlflow.Answer answer) {
    var tag = answer.json().at("/model_version/tags/0");
    assertThat(tag.path("key").asString()).isEqualTo("fovea.releasable");
    return tag.path("value").asString();
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }
}
