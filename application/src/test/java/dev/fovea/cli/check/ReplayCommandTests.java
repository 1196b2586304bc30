package dev.fovea.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.gate.Evidence;
import dev.fovea.pipelines.gate.Judge;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The command against a server that has three releases, over HTTP. */
class ReplayCommandTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Name DEVICE = Name.of("local-cpu");
  private static final String POLICY =
      """
      project: parcels
      datasets:
        shades: {path: data/shades.dvc, format: csv, classes: [dark, light]}
      release:
        model: reader
        dataset: shades
        preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255}
        gates:
          - {measure: accuracy, of: int8, at-least: 90%}
          - {measure: latency-p99, of: int8, device: local-cpu, at-most: 5ms}
      """;

  @TempDir private Path home;
  private HttpServer server;
  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final List<Release> releases = new ArrayList<>();
  private final Map<Digest, Measures> measures = new HashMap<>();
  private final Map<String, Integer> asked = new TreeMap<>();
  private Path teamFile;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    teamFile = Files.writeString(home.resolve("fovea.yaml"), POLICY);
    add(3, 93);
    add(2, 97);
    add(1, 85);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void saysWhichReleasesAPolicyWouldHaveRefusedAndByWhat() throws IOException {
    Files.writeString(teamFile, POLICY.replace("90%", "95%"));
    var said = replay(ExitCode.REFUSED, "3");
    assertThat(said.out())
        .startsWith(
            "reader · the last 3 releases by this policy: 1 would be refused that passed, 0 would"
                + " pass that were refused, 2 as before, 0 cannot be told\n")
        .containsPattern("reader 3 +\\S+ +passed +would be refused +worse\n")
        .containsPattern("reader 2 +\\S+ +passed +would pass\n")
        .containsPattern("reader 1 +\\S+ +refused +would be refused\n")
        .containsPattern(
            "reader 3 would be refused by:\n"
                + ".*\n"
                + "FAIL +accuracy of int8 +at least 95.00 % +0\\.9300 +\\(0\\.8\\d+ to 0\\.9\\d+\\)"
                + " +test split, 100 images +fovea.yaml:9\n")
        .doesNotContain("reader 2 would");
    assertThat(said.err()).doesNotContain("error").doesNotContain("note");
  }

  @Test
  void saysWhichItWouldLetPass() throws IOException {
    Files.writeString(teamFile, POLICY.replace("90%", "80%"));
    assertThat(replay(ExitCode.OK, "3").out())
        .contains("0 would be refused that passed, 1 would pass that was refused, 2 as before")
        .containsPattern("reader 1 +\\S+ +refused +would pass +better\n")
        .containsPattern(
            "reader 1 would pass; it was refused by:\n"
                + ".*\n"
                + "accuracy of int8 +0\\.8500 +\\(0\\.7\\d+ to 0\\.9\\d+\\) +at least 90.00 % +at"
                + " least 80.00 % +fovea.yaml:9\n");
  }

  @Test
  void saysWhatWasNotMeasuredAndWhatMeasuresIt() throws IOException {
    Files.writeString(
        teamFile,
        POLICY + "    - {measure: latency-p99, of: int8, device: orin-nx, at-most: 5ms}\n");
    var said = replay(ExitCode.OK, "3");
    assertThat(said.out())
        .contains("1 as before, 2 cannot be told")
        .containsPattern(
            "reader 3 +\\S+ +passed +cannot be told +1 of 3 rules could not be measured")
        .contains("'fovea promote reader 3' does")
        .containsPattern(
            "latency-p99 of int8 on orin-nx +it was not profiled on orin-nx +fovea.yaml:11");
  }

  @Test
  void hasNoVerdictWhereNothingCanBeJudged() throws IOException {
    Files.writeString(teamFile, POLICY.replace("model: reader", "model: other"));
    var said = replay(ExitCode.FAILED, "7");
    assertThat(said.err())
        .contains("note: 7 releases were asked for, and 0 of other are among the newest 100");
    Files.writeString(teamFile, POLICY.replace("at-least: 90%", "at-least: many"));
    assertThat(replay(ExitCode.FAILED, "3").err()).contains("fovea.yaml:9: ");
  }

  @Test
  void givesItAllAsJson() throws IOException {
    Files.writeString(teamFile, POLICY.replace("90%", "95%"));
    var json = JSON.readTree(replay(ExitCode.REFUSED, "2", "--json").out());
    assertThat(json.at("/model").stringValue()).isEqualTo("reader");
    assertThat(json.at("/releases")).hasSize(2);
    assertThat(json.at("/releases/0/change").stringValue()).isEqualTo("WORSE");
    assertThat(json.at("/releases/0/number").intValue()).isEqualTo(3);
    assertThat(json.at("/releases/0/rulings/0/limit").doubleValue()).isEqualTo(0.95);
    assertThat(json.at("/releases/0/rulings/0/measured").doubleValue()).isEqualTo(0.93);
    assertThat(json.at("/releases/0/rulings/0/frames")).isEmpty();
    assertThat(json.at("/releases/1/change").stringValue()).isEqualTo("SAME");
  }

  @Test
  void asksForAnEvaluationOnceAndForTheProjectThatTheFileNames() throws IOException {
    replay(ExitCode.OK, "3");
    replay(ExitCode.OK, "3");
    assertThat(asked.keySet())
        .allMatch(path -> path.startsWith("/api/v1/projects/parcels/releases"));
    assertThat(asked.entrySet())
        .filteredOn(entry -> entry.getKey().matches(".*/measures/sha256.*"))
        .hasSize(4)
        .allMatch(entry -> entry.getValue() == 1);
  }

  @Test
  void saysWhatTheServerSays() throws IOException {
    measures.clear();
    assertThat(replay(ExitCode.UNREACHABLE, "3").err())
        .contains("answered 404 without saying why")
        .contains("next: ");
    server.stop(0);
    assertThat(replay(ExitCode.UNREACHABLE, "3").err()).contains("no server answers at ");
  }

  @Test
  void isMisusedWithWhatGoesWithAModel() {
    for (var more :
        List.of(
            List.of("model.onnx"),
            List.of("--data", "x"),
            List.of("--parity", "x"),
            List.of("--device", "x"))) {
      assertThat(replay(ExitCode.USAGE, "3", more.toArray(String[]::new)).err())
          .contains("error[usage] MODEL, --data, --parity and --device do not go with --replay");
    }
    assertThat(replay(ExitCode.USAGE, "0").err()).contains("--replay 0 (expected: 1 to 100");
    assertThat(replay(ExitCode.USAGE, "101").err()).contains("--replay 101 (expected: 1 to 100");
    assertThat(run(ExitCode.USAGE, "check", "model.onnx", "--project", "x").err())
        .contains("--server and --project go with --replay");
    assertThat(asked).isEmpty();
  }

  /** A release whose INT8 model is right in so many of a hundred images. */
  private void add(int number, int right) throws IOException {
    var policy = TeamFile.parse(POLICY).release().orElseThrow();
    var fp32 = evaluation(99);
    var int8 = evaluation(right);
    var digest = Digest.sha256(("release " + number).getBytes(StandardCharsets.UTF_8));
    var size = new ByteSize(1 << 20);
    var forms =
        List.of(
            new Measures.Form(Variant.FP32, fp32.write(objects), size, List.of(profile())),
            new Measures.Form(Variant.INT8, int8.write(objects), size, List.of(profile())));
    measures.put(digest, new Measures(digest, POLICY, forms, List.of()));
    var verdict = verdict(policy, size, fp32, int8);
    releases.add(
        new Release(
            digest,
            Name.of("parcels"),
            policy.model(),
            number,
            digest,
            digest,
            GitCommit.of("a".repeat(40)),
            verdict.passed() ? Release.State.RELEASED : Release.State.REFUSED,
            List.of(),
            Optional.of(digest),
            Optional.of(digest),
            Optional.of(verdict),
            Optional.empty(),
            "judged",
            "erin",
            Instant.EPOCH));
  }

  private static Verdict verdict(
      ReleaseSpec policy, ByteSize size, Evaluation fp32, Evaluation int8) {
    var profiles = Map.of(DEVICE, profile());
    return Judge.on(
        policy.gates(),
        new Evidence(
            Map.of(
                Variant.FP32, new Evidence.Form(fp32, size, profiles),
                Variant.INT8, new Evidence.Form(int8, size, profiles))));
  }

  private static Evaluation evaluation(int right) {
    var some = Digest.sha256(new byte[] {(byte) right});
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < 100; i++) {
      var label = i % 2 == 0 ? "dark" : "light";
      var other = i % 2 == 0 ? "light" : "dark";
      answers.add(
          new Scored(
              some,
              "%03d.png".formatted(i),
              label,
              Optional.empty(),
              i < right ? label : other,
              0.9));
    }
    return ClassifiedEvaluation.of(some, some, some, answers);
  }

  private static Profile profile() {
    var interval = new Profile.Interval(1, 0.9, 1.1);
    var some = Digest.sha256(new byte[] {1});
    return new Profile(
        some,
        DEVICE,
        some,
        new Profile.Latencies(interval, interval, interval),
        50,
        1000,
        1000,
        new ByteSize(1 << 20),
        List.of(),
        true,
        Map.of(),
        Instant.EPOCH,
        Optional.empty());
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    asked.merge(path, 1, Integer::sum);
    var body = body(path);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(body.isEmpty() ? 404 : 200, 0);
    try (var out = exchange.getResponseBody()) {
      out.write(body.orElse(new byte[0]));
    }
  }

  private Optional<byte[]> body(String path) throws IOException {
    var parts = path.split("/");
    // "", api, v1, projects, parcels, releases, DIGEST, measures, EVALUATION
    if (parts.length == 6) {
      return Optional.of(JSON.writeValueAsBytes(releases));
    }
    if (parts.length == 8) {
      return Optional.ofNullable(measures.get(Digest.parse(parts[6]))).map(JSON::writeValueAsBytes);
    }
    return Optional.of(objects.bytes(Digest.parse(parts[8]), 1 << 20));
  }

  private record Said(String out, String err) {}

  private Said replay(int exitCode, String count, String... more) {
    return run(
        exitCode,
        Stream.concat(
                Stream.of(
                    "check",
                    "--replay",
                    count,
                    "--team-file",
                    teamFile.toString(),
                    "--cache",
                    home.resolve("cache").toString(),
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Said run(int exitCode, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = CommandRun.of(out, err, arguments);
    assertThat(code).as("%s%s", out, err).isEqualTo(exitCode);
    return new Said(out.toString(), err.toString());
  }
}
