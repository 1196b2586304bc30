package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactsTest extends RegistryTest {
  private static final String ROUTE = "/api/2.0/mlflow-artifacts/artifacts";

  private final Name project = project();
  private Mlflow mlflow;
  private String run;
  private String folder;

  @BeforeEach
  void aRun() {
    mlflow = mlflow(project);
    run = mlflow.run("0", "r");
    folder = ROUTE + "/0/" + run + "/artifacts";
  }

  @Test
  void givesBackTheBytesAndListsFoldersBeforeTheirContent() {
    mlflow.put("0", run, "notes/a.txt", "first");
    mlflow.put("0", run, "notes/a.txt", "second");
    mlflow.put("0", run, "notes/deep/b.bin", "b");
    mlflow.put("0", run, "notes%2Bplus%20f%C3%BCr.txt", "c");
    assertThat(new String(load("notes/a.txt").body(), StandardCharsets.UTF_8)).isEqualTo("second");
    assertThat(list("")).containsExactly("notes/", "notes+plus für.txt");
    assertThat(list("/notes")).containsExactly("a.txt", "deep/");
    assertThat(list("/notes/a.txt")).isEmpty();
    assertThat(list("/nothing")).isEmpty();
    var ofRun = mlflow.ok(mlflow.get("artifacts/list", Map.of("run_id", run, "path", "notes")));
    assertThat(ofRun.path("root_uri").asString())
        .isEqualTo("mlflow-artifacts:/0/%s/artifacts".formatted(run));
    assertThat(ofRun.at("/files/0/path").asString()).isEqualTo("notes/a.txt");
    assertThat(ofRun.at("/files/0/file_size").isIntegralNumber()).isTrue();
  }

  @Test
  void forgetsWhatIsDeleted() {
    mlflow.put("0", run, "x/a.txt", "a");
    mlflow.ok(mlflow.send("DELETE", folder + "/x", new byte[0], ""));
    assertThat(load("x/a.txt").status()).isEqualTo(404);
  }

  @Test
  void refusesAFileWhereAFolderIs() {
    mlflow.put("0", run, "x/a.txt", "a");
    assertThat(mlflow.putting("0", run, "x", "a").status()).isEqualTo(400);
    assertThat(mlflow.putting("0", run, "x/a.txt/b", "a").status()).isEqualTo(400);
  }

  @Test
  void refusesFilesThatAreTooLarge() {
    var answer = mlflow.putting("0", run, "large.bin", "x".repeat((1 << 20) + 1));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("more than 1048576 bytes");
    assertThat(list("")).isEmpty();
  }

  /** R4: refused with 400, or by the web server before, but never another place. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../x",
        "/%2e%2e/x",
        "/%252e%252e/x",
        "/%25252e%25252e/x",
        "/a/..%5c..%5cx",
        "/a%5Cb",
        "/a%00b",
        "//etc/passwd",
        "/a//b",
        "/./a",
        "/%EF%BC%8E%EF%BC%8E/x",
        "/C:/x",
        "/a%0Ab",
        "/%2Fetc"
      })
  void refusesPathsThatTryToLeave(String path) {
    for (var method : List.of("GET", "PUT", "DELETE")) {
      var answer =
          mlflow.send(
              method, folder + path, method.equals("PUT") ? new byte[] {1} : new byte[0], "");
      assertThat(answer.status()).as(method + path).isIn(400, 404);
    }
    assertThat(list("")).isEmpty();
  }

  /** R4. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../../b",
        "%2e%2e/x",
        "a\\..\\b",
        "/etc",
        "a/%252e%252e/b",
        "\u0000"
      })
  void refusesListsOfPathsThatTryToLeave(String path) {
    var answer =
        mlflow.get(
            "artifacts/list",
            Map.of("run_id", run, "path", path.startsWith("/") ? "/" + path : path));
    assertThat(answer.status()).isEqualTo(400);
  }

  /** R4. */
  @Test
  void refusesSegmentsThatNoFileSystemTakes() {
    assertThat(mlflow.putting("0", run, "x".repeat(4096), "a").status()).isEqualTo(400);
    assertThat(mlflow.putting("0", run, "%C3%BC".repeat(200), "a").status()).isEqualTo(400);
  }

  /** R5, R6: what a page could run arrives as a download that it can't. */
  @Test
  void sendsEverythingAsADownload() {
    for (var name :
        List.of("page.html", "picture.svg", "MLmodel", "%22quoted%22.html", "%C3%BCber.bat")) {
      mlflow.put("0", run, name, "<script>alert(1)</script>");
      var answer = load(name);
      assertThat(answer.header("Content-Disposition"))
          .as(name)
          .startsWith("attachment; filename")
          .doesNotContain("\r");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Content-Security-Policy")).contains("sandbox");
    }
    assertThat(load("MLmodel").header("Content-Type")).startsWith("text/plain");
  }

  /** R17. */
  @Test
  void hidesArtifactsOfDeletedRuns() {
    mlflow.put("0", run, "a.txt", "a");
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", run)));
    assertThat(load("a.txt").status()).isEqualTo(404);
    assertThat(mlflow.putting("0", run, "b.txt", "b").status()).isEqualTo(404);
    assertThat(list("")).isEmpty();
  }

  @Test
  void hidesArtifactsOfOtherProjects() {
    mlflow.put("0", run, "a.txt", "a");
    var other = mlflow(project());
    var answer = other.send("GET", folder + "/a.txt", new byte[0], "");
    var none = other.send("GET", folder.replace(run, "f".repeat(32)) + "/a.txt", new byte[0], "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message().replace(run, ""))
        .isEqualTo(none.message().replace("f".repeat(32), ""));
    assertThat(other.putting("0", run, "a.txt", "x").status()).isEqualTo(404);
    assertThat(other.send("DELETE", folder + "/a.txt", new byte[0], "").status()).isEqualTo(404);
    assertThat(new String(load("a.txt").body(), StandardCharsets.UTF_8)).isEqualTo("a");
  }

  private Mlflow.Answer load(String path) {
    return mlflow.send("GET", folder + "/" + path, new byte[0], "");
  }

  private List<String> list(String path) {
    var answer =
        mlflow.ok(
            mlflow.send("GET", ROUTE + "?path=0/" + run + "/artifacts" + path, new byte[0], ""));
    return answer
        .path("files")
        .valueStream()
        .map(file -> file.path("path").asString() + (file.path("is_dir").asBoolean() ? "/" : ""))
        .toList();
  }
}
