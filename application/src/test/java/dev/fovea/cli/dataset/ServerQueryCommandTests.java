package dev.fovea.cli.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A query of a version that a server has: what is asked of it, and what is believed. */
class ServerQueryCommandTests {
  private static final Name DIGITS = Name.of("digits");
  private static final String DATASETS = "/api/v1/projects/parcels/datasets/digits/";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, byte[]> served = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final String home = System.getProperty("user.home");
  private HttpServer server;
  private String manifest = "";

  @BeforeEach
  void serve() throws IOException {
    System.setProperty("user.home", folder.toString());
    var objects = new MemoryObjectStore();
    var digest =
        new Manifest(List.of("0", "1"), List.of(sample("a.png", "0"), sample("b.png", "1")))
            .write(objects);
    var version = version(digest);
    manifest = DATASETS + "versions/" + digest + "/manifest";
    served.put(DATASETS + "head", JsonMapper.shared().writeValueAsBytes(version));
    served.put(DATASETS + "versions", JsonMapper.shared().writeValueAsBytes(List.of(version)));
    served.put(manifest, objects.bytes(digest, 1 << 20));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          asked.add(path);
          var body = served.getOrDefault(path, new byte[] {'{', '}'});
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(served.containsKey(path) ? 200 : 404, body.length);
          try (var to = exchange.getResponseBody()) {
            to.write(body);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.setProperty("user.home", home);
  }

  private static Sample sample(String path, String label) {
    var image = Digest.sha256(path.getBytes(UTF_8));
    return new Sample(path, image, "0".repeat(32), 420, label, "train", Optional.empty());
  }

  private static DatasetVersion version(Digest digest) {
    return new DatasetVersion(
        Name.of("parcels"),
        DIGITS,
        digest,
        3,
        GitCommit.of("0123456789".repeat(4)),
        "main",
        "d41d8cd98f00b204e9800998ecf8427e.dir",
        List.of("0", "1"),
        2,
        ByteSize.of(840),
        new TreeMap<>(Map.of("train", 2)),
        Optional.empty(),
        0,
        0,
        0,
        "Ada",
        Instant.EPOCH);
  }

  private int query(String... more) {
    var words = new ArrayList<>(List.of("dataset", "query"));
    words.addAll(List.of(more));
    words.addAll(
        List.of(
            "--server",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "--project",
            "parcels"));
    return CommandRun.of(out, err, words.toArray(String[]::new));
  }

  @Test
  void answersFromTheNewestAndFromANamedVersion() {
    assertThat(query("select path, label from images order by path", "--dataset", "digits"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).containsSubsequence("path", "label", "a.png", "0", "b.png", "1");
    assertThat(query("select count(*) n from images", "--dataset", "digits@3", "--json")).isZero();
    assertThat(out.toString()).endsWith("{\"rows\":[{\"n\":2}],\"more\":false}\n");
    assertThat(asked)
        .as("the tables are kept")
        .containsExactly(DATASETS + "head", manifest, DATASETS + "versions");
    assertThat(folder.resolve(".fovea/query")).isNotEmptyDirectory();
  }

  @Test
  void believesNoManifestButTheVersionsOwn() {
    served.put(manifest, "{\"classes\":[],\"samples\":[]}".getBytes(UTF_8));
    assertThat(query("select path from images", "--dataset", "digits")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("the server sent the manifest sha256:", "for digits@3 (expected: sha256:");
    assertThat(folder.resolve(".fovea/query")).isEmptyDirectory();
  }

  @Test
  void saysThatTheServerRefusesTheManifest() {
    served.remove(manifest);
    assertThat(query("select path from images", "--dataset", "digits")).isNotZero();
    assertThat(err.toString()).contains("the server answered 404 for the manifest of digits@3");
  }

  @Test
  void makesASubsetOnlyWhereItCanBeTracked() {
    var elsewhere = folder.resolve("few").toString();
    assertThat(query("select path from images", "--dataset", "digits", "--into", elsewhere))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("next: ");
    assertThat(asked).as("what cannot be tracked is not asked for").isEmpty();
    assertThat(folder.resolve("few")).doesNotExist();
  }

  @Test
  void refusesOptionsOfTheOtherKind() {
    for (var option : List.of("--in", "--rev")) {
      assertThat(query("select 1", "--dataset", "digits", option, "x")).isEqualTo(ExitCode.USAGE);
    }
    assertThat(query("select 1", "--dataset", "digits", "--format", "COCO"))
        .as("of rows, which are there already")
        .isEqualTo(ExitCode.USAGE);
    assertThat(query("select 1")).isEqualTo(ExitCode.USAGE);
    assertThat(query("select 1", "--dataset", "digits@later")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("need a --dataset", "version: 'later' (expected: ");
    assertThat(asked).isEmpty();
  }
}
