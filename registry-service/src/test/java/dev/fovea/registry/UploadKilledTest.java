package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it puts a file together, at a moment that chance chooses: what was
 * acknowledged is there, and what was not is whole or not there.
 */
@Timeout(240)
class UploadKilledTest {
  private static final String API = "/api/2.0/mlflow-artifacts/";
  private static final int PARTS = 24;
  private static final int PART_BYTES = 1 << 20;

  @TempDir private Path folder;

  private final Random random = new Random();
  private String run = "";

  private record Upload(String id, List<Map<String, Object>> parts) {}

  @Test
  void losesNothingThatWasAcknowledgedAndShowsNothingHalf() throws Exception {
    var database = TestDatabase.freshUrl();
    var content = new byte[PARTS * PART_BYTES];
    random.nextBytes(content);
    var small = Arrays.copyOf(content, 1_000);
    Upload killed;
    Upload aborted;
    try (var one = start(database, "one")) {
      var mlflow = one.mlflow();
      run = mlflow.run("0", "r");
      var kept = send(mlflow, "kept.bin", small, 1);
      mlflow.ok(complete(mlflow, "kept.bin", kept));
      aborted = send(mlflow, "aborted.bin", small, 1);
      killed = send(mlflow, "killed.bin", content, PARTS);
      var completion =
          Thread.startVirtualThread(() -> {
            try {
              complete(mlflow, "killed.bin", killed);
            } catch (IllegalStateException _) {
              // It was killed before it answered.
            }
          });
      Thread.sleep(random.nextInt(400));
      one.close();
      completion.join();
    }
    try (var two = start(database, "two")) {
      var mlflow = two.mlflow();
      assertThat(load(mlflow, "kept.bin").body()).isEqualTo(small);
      var found = load(mlflow, "killed.bin");
      if (found.status() != 404) {
        assertThat(found.body()).isEqualTo(content);
      }
      mlflow.ok(complete(mlflow, "killed.bin", killed));
      assertThat(load(mlflow, "killed.bin").body()).isEqualTo(content);
      mlflow.ok(mpu(mlflow, "abort", Map.of("path", "aborted.bin", "upload_id", aborted.id())));
      assertThat(load(mlflow, "aborted.bin").status()).isEqualTo(404);
      assertThat(parts()).as("parts that are left").isEmpty();
    }
  }

  private RegistryProcess start(String database, String name) throws IOException {
    return RegistryProcess.start(
        database,
        folder.resolve(name),
        "-Dobjects=fovea.objects.folder=" + folder.resolve("objects"));
  }

  private Upload send(Mlflow mlflow, String name, byte[] content, int parts) {
    var begun = mlflow.ok(mpu(mlflow, "create", Map.of("path", name, "num_parts", parts)));
    var nobody = new Mlflow("", Map.of());
    var sent = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < parts; i++) {
      int size = content.length / parts;
      var part = Arrays.copyOfRange(content, i * size, (i + 1) * size);
      var url = URI.create(begun.at("/credentials/%d/url".formatted(i)).asString());
      var answer = nobody.send("PUT", url.toString(), part, "");
      mlflow.ok(answer);
      sent.add(Map.of("part_number", i + 1, "etag", answer.header("ETag")));
    }
    return new Upload(begun.path("upload_id").asString(), sent);
  }

  private Mlflow.Answer complete(Mlflow mlflow, String name, Upload upload) {
    return mpu(
        mlflow,
        "complete",
        Map.of("path", name, "upload_id", upload.id(), "parts", upload.parts()));
  }

  private Mlflow.Answer mpu(Mlflow mlflow, String call, Map<String, ?> fields) {
    return mlflow.send(
        "POST",
        API + "mpu/" + call + "/0/" + run + "/artifacts",
        Mlflow.json(fields),
        "application/json");
  }

  private Mlflow.Answer load(Mlflow mlflow, String name) {
    return mlflow.send("GET", API + "artifacts/0/" + run + "/artifacts/" + name, new byte[0], "");
  }

  private List<Path> parts() throws IOException {
    var parts = folder.resolve("objects").resolve("parts");
    if (!Files.exists(parts)) {
      return List.of();
    }
    try (var files = Files.walk(parts)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
