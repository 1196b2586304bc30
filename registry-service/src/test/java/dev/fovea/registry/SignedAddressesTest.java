package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whole files by addresses that need no token. */
class SignedAddressesTest extends RegistryTest {
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/0/";

  private final Name project = project();
  private Mlflow mlflow;
  private Mlflow nobody;
  private String run;

  @BeforeEach
  void aRun() {
    mlflow = mlflow(project);
    nobody = new Mlflow(server(), Map.of());
    run = mlflow.run("0", "r");
  }

  @Test
  void aFileIsPutOnceByItsAddress() {
    var address = address(writing(Map.of("run_id", run, "path", "notes/a.txt")));
    mlflow.ok(nobody.send("PUT", address, text("first"), "text/plain"));
    assertThat(load("notes/a.txt")).isEqualTo("first");
    var again = nobody.send("PUT", address, text("second"), "text/plain");
    assertThat(again.status()).isEqualTo(403);
    assertThat(again.message()).contains("was used");
    assertThat(load("notes/a.txt")).isEqualTo("first");
  }

  @Test
  void aLoggedModelHasThemToo() {
    var model =
        mlflow
            .ok(mlflow.post("logged-models", Map.of("experiment_id", "0", "name", "m")))
            .at("/model/info/model_id")
            .asString();
    var address = address(writing(Map.of("model_id", model, "path", "model.onnx")));
    mlflow.ok(nobody.send("PUT", address, text("weights"), ""));
    var stored =
        mlflow.send("GET", FILES + "models/" + model + "/artifacts/model.onnx", new byte[0], "");
    assertThat(new String(stored.body(), StandardCharsets.UTF_8)).isEqualTo("weights");
  }

  @Test
  void aFileIsReadByItsAddressAsLongAsItHasTheseBytes() {
    mlflow.put("0", run, "page.html", "<script>alert(1)</script>");
    var answer = mlflow.ok(reading(Map.of("run_id", run, "path", "page.html")));
    assertThat(answer.path("file_size").isIntegralNumber()).isTrue();
    assertThat(answer.path("file_size").asLong()).isEqualTo(25);
    var address = path(answer.path("presigned_url").asString());
    for (int i = 0; i < 2; i++) {
      var read = nobody.send("GET", address, new byte[0], "");
      assertThat(read.body()).hasSize(25);
      assertThat(read.header("Content-Disposition")).startsWith("attachment");
      assertThat(read.header("Content-Security-Policy")).contains("sandbox");
      assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
    mlflow.put("0", run, "page.html", "other");
    assertThat(nobody.send("GET", address, new byte[0], "").status()).isEqualTo(404);
    mlflow.put("0", run, "page.html", "<script>alert(1)</script>");
    assertThat(nobody.send("GET", address, new byte[0], "").status()).isEqualTo(200);
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", run)));
    assertThat(nobody.send("GET", address, new byte[0], "").status()).isEqualTo(404);
  }

  @Test
  void anAddressForOneThingIsForNothingElse() {
    mlflow.put("0", run, "a.txt", "a");
    var read =
        path(
            mlflow
                .ok(reading(Map.of("run_id", run, "path", "a.txt")))
                .path("presigned_url")
                .asString());
    var write = address(writing(Map.of("run_id", run, "path", "b.txt")));
    assertThat(nobody.send("PUT", read, text("x"), "").status()).isEqualTo(403);
    assertThat(nobody.send("GET", write, new byte[0], "").status()).isEqualTo(403);
    assertThat(
            nobody
                .send("PUT", write.replace("/files/", "/parts/").replace("?", "/1?"), text("x"), "")
                .status())
        .isEqualTo(403);
    assertThat(
            nobody
                .send("PUT", write.replaceAll("signature=.", "signature="), text("x"), "")
                .status())
        .isEqualTo(403);
    assertThat(nobody.send("GET", FILES + run + "/artifacts/a.txt", new byte[0], "").status())
        .isEqualTo(401);
    assertThat(load("a.txt")).isEqualTo("a");
  }

  @Test
  void anAddressEndsWithItsTime() {
    var address = address(writing(Map.of("run_id", run, "path", "a.txt", "expiration", "60")));
    JdbcClient.create(database)
        .sql(
            "update registry.transfer set expires = expires - interval '61 seconds' where project = ?")
        .param(project.text())
        .update();
    var answer = nobody.send("PUT", address, text("late"), "");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.message()).contains("this address ended at");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "604801", "1e9", "x"})
  void refusesTimesThatNoAddressHas(String seconds) {
    mlflow.put("0", run, "a.txt", "a");
    var fields = Map.of("run_id", run, "path", "a.txt", "expiration", seconds);
    assertThat(writing(fields).status()).isEqualTo(400);
    assertThat(reading(fields).status()).isEqualTo(400);
  }

  /** R4. */
  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../x", "a/../../b", "%2e%2e/x", "/etc", "a\\..\\b", "\u0000"})
  void refusesPathsThatTryToLeave(String path) {
    assertThat(writing(Map.of("run_id", run, "path", path)).status()).isEqualTo(400);
    assertThat(reading(Map.of("run_id", run, "path", path)).status()).isIn(400, 404);
  }

  @Test
  void wantsARunOrAModelThatIsTheCallers() {
    assertThat(writing(Map.of("path", "a")).message())
        .isEqualTo("Exactly one of run_id and model_id must be provided.");
    assertThat(writing(Map.of("path", "a", "run_id", run, "model_id", "m-" + run)).status())
        .isEqualTo(400);
    assertThat(writing(Map.of("path", "a", "run_id", "f".repeat(32))).status()).isEqualTo(404);
    assertThat(reading(Map.of("path", "none", "run_id", run)).status()).isEqualTo(404);
    mlflow.put("0", run, "a.txt", "a");
    var other = mlflow(project());
    for (var call : List.of("artifacts/presigned-upload-url", "artifacts/presigned-download-url")) {
      var answer = other.post(call, Map.of("run_id", run, "path", "a.txt"));
      assertThat(answer.status()).as(call).isEqualTo(404);
    }
  }

  @Test
  void refusesWhatIsTooLarge() {
    var address = address(writing(Map.of("run_id", run, "path", "large.bin")));
    var answer = nobody.send("PUT", address, new byte[(1 << 20) + 1], "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("more than 1048576 bytes");
    mlflow.ok(nobody.send("PUT", address, text("small"), ""));
  }

  private Mlflow.Answer writing(Map<String, String> fields) {
    return mlflow.post("artifacts/presigned-upload-url", new HashMap<>(fields));
  }

  private Mlflow.Answer reading(Map<String, String> fields) {
    return mlflow.post("artifacts/presigned-download-url", new HashMap<>(fields));
  }

  private String address(Mlflow.Answer answer) {
    return path(mlflow.ok(answer).path("presigned_url").asString());
  }

  private String load(String path) {
    var answer = mlflow.send("GET", FILES + run + "/artifacts/" + path, new byte[0], "");
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String path(String address) {
    var uri = URI.create(address);
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }
}
