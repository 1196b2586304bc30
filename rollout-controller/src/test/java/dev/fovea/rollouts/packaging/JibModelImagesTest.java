package dev.fovea.rollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.ModelDescription;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JibModelImagesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final MemoryObjectStore OBJECTS = new MemoryObjectStore();
  @TempDir static Path images;
  private static JibModelImages jib;
  private static Digest variant;

  @BeforeAll
  static void start() {
    jib = JibModelImages.inLayout(images, "scratch", OBJECTS);
    variant = TestModels.store(OBJECTS, "bright");
  }

  @Test
  void writesAnOciLayoutWhoseDigestsHold() throws IOException {
    var manifest = jib.build(served(1));

    assertThat(images.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    var index = JSON.readTree(Files.readString(images.resolve("index.json")));
    assertThat(index.path("manifests").valueStream().map(each -> each.path("digest").stringValue()))
        .contains(manifest.toString());
    var read = blob(manifest);
    assertThat(read.path("mediaType").stringValue())
        .isIn("application/vnd.oci.image.manifest.v1+json", "");
    assertThat(read.path("layers").size()).isEqualTo(4);
    read.path("layers")
        .forEach(layer ->
            assertThat(file(layer))
                .exists()
                .satisfies(path ->
                    assertThat(Digest.sha256(path))
                        .hasToString(layer.path("digest").stringValue())));
    var config = JSON.readTree(Files.readString(file(read.path("config"))));
    assertThat(config.path("config").path("Labels").path("dev.fovea.variant").stringValue())
        .isEqualTo(variant.toString());
    assertThat(config.path("config").path("User").stringValue()).isEqualTo("65532:65532");
    assertThat(config.path("config").path("Env").valueStream().map(JsonNode::stringValue))
        .contains("ORT_DISABLE_TELEMETRY=1");
  }

  @Test
  void namesHowADetectorSeesImagesWhereItSeesTiles(@TempDir Path root) throws Exception {
    var plain = labels(jib.build(served(1)));
    assertThat(plain.has("dev.fovea.detector")).isFalse();
    var served = served(1);
    var plan = TestModels.tiled(served.plan());
    var manifest = jib.build(new Served(served.rollout(), served.project(), plan));
    assertThat(labels(manifest).path("dev.fovea.detector").stringValue())
        .isEqualTo(plan.detector().orElseThrow().spec().digest().toString());
    for (var layer : blob(manifest).path("layers")) {
      unpack(file(layer), root);
    }
    var description =
        JSON.readValue(Files.readString(root.resolve("model/model.json")), ModelDescription.class);
    assertThat(description.detector()).isEqualTo(plan.detector());
  }

  private static JsonNode labels(Digest manifest) throws IOException {
    var config = JSON.readTree(Files.readString(file(blob(manifest).path("config"))));
    return config.path("config").path("Labels");
  }

  @Test
  void givesTheSameDigestForTheSameModelAnywhere(@TempDir Path elsewhere) throws IOException {
    var first = jib.build(served(1));

    assertThat(jib.build(served(1))).isEqualTo(first);
    assertThat(JibModelImages.inLayout(elsewhere, "scratch", OBJECTS).build(served(1)))
        .isEqualTo(first);
    assertThat(jib.build(served(2))).isNotEqualTo(first);
  }

  @Test
  void holdsAllThatItsEntryPointNeedsButJava(@TempDir Path root) throws Exception {
    var manifest = blob(jib.build(served(1)));
    for (var layer : manifest.path("layers")) {
      unpack(file(layer), root);
    }
    var config = JSON.readTree(Files.readString(file(manifest.path("config"))));
    var command =
        config
            .path("config")
            .path("Entrypoint")
            .valueStream()
            .map(JsonNode::stringValue)
            .map(word ->
                word.startsWith("/") ? root + word : word.replace("=/app", "=" + root + "/app"))
            .toList();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var words = new java.util.ArrayList<>(command);
    words.set(0, java);
    words.add("127.0.0.1:0");
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (var reader = process.inputReader()) {
      var line = reader.readLine();
      assertThat(line).as("first line of the server").startsWith("serving at http://127.0.0.1:");
      var ready =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(line.substring("serving at ".length()) + "/v2/models/lamp"))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(ready.body()).contains("\"pixels\"", "\"versions\":[\"1\"]");
    } finally {
      process.destroy();
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void saysWhichBaseIsNone() {
    var wrong = JibModelImages.inLayout(images, "not a reference!", OBJECTS);

    assertThatThrownBy(() -> wrong.build(served(1)))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining("not a reference!");
  }

  private static Served served(int number) {
    return new Served(
        Digest.sha256("rollout".getBytes(StandardCharsets.UTF_8)),
        TestModels.LAMPS,
        TestModels.plan(number, variant));
  }

  private static Path file(JsonNode descriptor) {
    return images.resolve(
        "blobs/sha256/" + Digest.parse(descriptor.path("digest").stringValue()).hex());
  }

  private static JsonNode blob(Digest digest) throws IOException {
    return JSON.readTree(Files.readString(images.resolve("blobs/sha256/" + digest.hex())));
  }

  private static void unpack(Path layer, Path root) throws IOException {
    try (var in =
        new TarArchiveInputStream(
            new GzipCompressorInputStream(new BufferedInputStream(Files.newInputStream(layer))))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var target = root.resolve(entry.getName().replaceFirst("^/", ""));
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(in, target);
        }
      }
    }
  }
}
