package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * The Java client's artifacts, which it leaves to Python: it runs {@code python -m
 * mlflow.store.artifact.cli} and tells it the server, but not the token. So this wants a Python
 * with mlflow in the {@code PATH}, and {@code MLFLOW_TRACKING_URI} and {@code
 * MLFLOW_TRACKING_TOKEN} of a running server.
 */
@Tag("e2e")
class JavaClientArtifactsTest {
  @TempDir private Path folder;

  @Test
  void aModelGoesUpAndComesBackByWayOfPython() throws Exception {
    var model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), "flavors: {}\n");
    Files.writeString(Files.createDirectories(model.resolve("data")).resolve("model.onnx"), "w");
    try (var client =
        new MlflowClient(
            new BasicMlflowHostCreds(
                required("MLFLOW_TRACKING_URI"), required("MLFLOW_TRACKING_TOKEN")))) {
      var run = client.createRun("0").getRunId();
      client.logArtifacts(run, model.toFile(), "model");
      assertThat(client.listArtifacts(run, "model"))
          .extracting(file -> file.getPath() + (file.getIsDir() ? "/" : ""))
          .containsExactly("model/MLmodel", "model/data/");
      var back = client.downloadArtifacts(run, "model").toPath();
      assertThat(back.resolve("MLmodel")).hasContent("flavors: {}\n");
      assertThat(back.resolve("data").resolve("model.onnx")).hasContent("w");
    }
  }

  private static String required(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() ->
            new IllegalStateException(name + " is not set (expected: that of a running server)"));
  }
}
