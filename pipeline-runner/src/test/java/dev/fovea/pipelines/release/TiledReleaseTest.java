package dev.fovea.pipelines.release;

import static dev.fovea.pipelines.release.DetectorReleaseTest.digests;
import static dev.fovea.pipelines.release.DetectorReleaseTest.evaluations;
import static dev.fovea.pipelines.release.DetectorReleaseTest.run;
import static dev.fovea.pipelines.release.DetectorReleaseTest.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.Digest;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Passes;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Program;
import dev.fovea.pipelines.fixture.Specks;
import dev.fovea.pipelines.fixture.Squares;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.serving.ModelServer;
import dev.fovea.serving.ModelServerConfig;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import dev.fovea.vision.detection.Detection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Releases of a detector that sees large images with small objects in tiles. */
class TiledReleaseTest {
  @TempDir private Path folder;

  private static final TilesSpec TILES =
      new TilesSpec(32, 32, 0.25, true, Merge.GREEDY_NMM, Match.IOS, 0.5);

  @Test
  void releasesInTilesWhatMissesSmallObjectsInTheWholeImage() throws Exception {
    double mapOfTheWhole;
    try (var bench = bench(Squares.POLICY)) {
      assertThat(bench.release(run(bench)).state()).isEqualTo(State.REFUSED);
      mapOfTheWhole = evaluations(bench).getFirst().map();
      assertThat(evaluations(bench))
          .allSatisfy(each -> {
            assertThat(each.map()).isLessThan(0.05);
            assertThat(each.passes()).isEmpty();
          });
    }
    try (var bench = bench(Specks.POLICY)) {
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      for (var evaluation : evaluations(bench)) {
        assertThat(evaluation.map()).isGreaterThan(0.6).isGreaterThan(mapOfTheWhole);
        assertThat(evaluation.map50()).isGreaterThan(0.95);
        assertThat(evaluation.detector().tiles()).contains(TILES);
        assertThat(evaluation.images()).allSatisfy(TiledReleaseTest::assertEachIsFoundOnce);
      }
    }
  }

  /** In the image's own pixels, though the tiles that overlap see many of them twice. */
  private static void assertEachIsFoundOnce(Found image) {
    for (var object : image.objects()) {
      assertThat(image.detections())
          .as("%s: %s", image.path(), object)
          .filteredOn(found ->
              Math.abs(found.x1() - object.x1()) < 2 && Math.abs(found.y1() - object.y1()) < 2)
          .singleElement()
          .satisfies(found -> {
            assertThat(found.category()).isEqualTo(object.category());
            assertThat(found.x2()).isCloseTo(object.x2(), within(1.5));
            assertThat(found.y2()).isCloseTo(object.y2(), within(1.5));
          });
    }
  }

  @Test
  void saysHowManyPassesAnImageTakesWhereverCostIsJudged() throws Exception {
    var policy =
        Specks.POLICY
            + "    - {measure: latency-p50, of: int8, device: local-cpu, at-most: 5ms}\n"
            + "    - {measure: latency-p99, of: int8, device: local-cpu, at-most: 5ms}\n"
            + "    - {measure: memory, of: int8, device: local-cpu, at-most: 5MiB}\n";
    try (var bench = bench(policy)) {
      var digest = run(bench);
      bench.lab.finish();
      bench.reactions.profiled(
          new ProfileFinished(bench.lab.requests().keySet().iterator().next()));
      bench.work();
      var release = bench.release(digest);
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);

      var passes = evaluations(bench).getFirst().passes().orElseThrow();
      assertThat(passes.least()).as("32 x 32 px: one tile, which is the whole").isEqualTo(1);
      assertThat(passes.most()).as("256 x 128 px: 11 by 5 tiles and the whole").isEqualTo(56);
      assertThat(passes.mean()).isEqualTo((49 + 49 + 56 + 1) / 4.0);
      assertThat(step(release, "evaluate").summary())
          .startsWith("60 test images: fp32 mAP ")
          .endsWith(
              "; in tiles of 32 x 32 px with overlap 0.25, and the whole image, merged by greedy-nmm with ios from 0.5 on: 1 to 56 passes of the model an image, 38.75 in mean");
      assertThat(step(release, "profile").summary())
          .contains("p50 fp32 1.000 ms, int8 1.000 ms")
          .endsWith(
              "; of one pass of the model, of which an image in tiles takes as many as 'evaluate' says");
      var rulings = release.verdict().orElseThrow().rulings();
      int count = rulings.size();
      assertThat(rulings.get(count - 3).explanation())
          .endsWith(
              "; of one pass; in tiles it takes 1 to 56 passes of the model an image, 38.75 in mean, about 38.8 ms");
      assertThat(rulings.get(count - 2).explanation())
          .endsWith(
              "; of one pass; in tiles it takes 1 to 56 passes of the model an image, 38.75 in mean");
      assertThat(rulings.get(count - 1).explanation()).doesNotContain("pass;");
    }
  }

  @Test
  void handsTheTilesToTheServerWithTheModel() throws Exception {
    try (var bench = bench(Specks.POLICY)) {
      var release = bench.release(run(bench));
      assertThat(step(release, "rollout").summary())
          .contains("it answers with the objects that it finds in the tiles of an image");
      var plan = bench.rollouts.plans().get(release.digest());
      assertThat(plan.classes()).isEmpty();
      assertThat(plan.detector())
          .hasValueSatisfying(served -> {
            assertThat(served.classes()).isEqualTo(Squares.CLASSES);
            assertThat(served.spec().tiles()).contains(TILES);
            assertThat(served.spec().most()).isEqualTo(50);
          });
    }
    try (var bench = bench(Squares.POLICY)) {
      bench.datasets.version(Squares.dataset(bench.objects));
      var release = bench.release(run(bench));
      assertThat(bench.rollouts.plans().get(release.digest()).detector()).isEmpty();
    }
  }

  @Test
  void isServedAsItIsEvaluated() throws Exception {
    try (var bench = bench(Specks.POLICY)) {
      var release = bench.release(run(bench));
      var plan = bench.rollouts.plans().get(release.digest());
      var model =
          Files.write(folder.resolve("model.onnx"), bench.objects.bytes(plan.variant(), 1 << 20));
      var evaluation =
          evaluations(bench).stream()
              .filter(each -> each.variant().equals(plan.variant()))
              .findFirst()
              .orElseThrow();
      var config =
          ModelServerConfig.of(model, plan.model(), "1", plan.classes(), plan.preprocess())
              .detecting(plan.detector());
      try (var server = ModelServer.start(config)) {
        for (var image : evaluation.images()) {
          var outputs = answered(server, bench.objects.bytes(image.image(), 1 << 20));
          var found = image.detections();
          assertThat(numbers(outputs.get(0)))
              .as(image.path())
              .containsExactly(
                  found.stream()
                      .flatMapToDouble(
                          each -> DoubleStream.of(each.x1(), each.y1(), each.x2(), each.y2()))
                      .toArray(),
                  within(1e-4));
          assertThat(numbers(outputs.get(1)))
              .containsExactly(
                  found.stream().mapToDouble(Detection::score).toArray(), within(1e-5));
          assertThat(outputs.get(2).path("data").valueStream().map(JsonNode::asString))
              .containsExactlyElementsOf(
                  found.stream().map(each -> Squares.CLASSES.get(each.category())).toList());
        }
      }
    }
  }

  private static JsonNode answered(ModelServer server, byte[] image) throws Exception {
    var body =
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}"
            .formatted(Base64.getEncoder().encodeToString(image));
    var request =
        HttpRequest.newBuilder(server.uri().resolve("/v2/models/shade-reader/infer"))
            .POST(BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var reply = http.send(request, BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
      return JsonMapper.builder().build().readTree(reply.body()).path("outputs");
    }
  }

  private static double[] numbers(JsonNode output) {
    return output.path("data").valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  @Test
  void calibratesOnWhatTheModelWillSee() throws Exception {
    var models = new HashSet<Digest>();
    for (var policy :
        Set.of(
            Squares.POLICY, Specks.POLICY, Specks.POLICY.replace("overlap: 0.25", "overlap: 0"))) {
      try (var bench = bench(policy)) {
        models.add(bench.release(run(bench)).int8().orElseThrow());
      }
    }
    assertThat(models).hasSize(3);
  }

  @Test
  void comesToTheSameEvaluationInShards() throws Exception {
    Set<Digest> whole;
    try (var bench = bench(Specks.POLICY)) {
      run(bench);
      whole = digests(bench);
    }
    Program program =
        (_, shard, _, inputs) ->
            DetectorReleaseTest.evaluate(
                folder.resolve("shard-" + shard), inputs, UnaryOperator.identity());
    var split =
        new ReleaseBench(
            Squares.model(0),
            Format.ONNX,
            Optional.empty(),
            ReleaseBench.splitting(10, 160),
            Optional.of(program));
    try (var bench = specks(split, Specks.POLICY)) {
      assertThat(bench.release(run(bench)).state()).isEqualTo(State.RELEASED);
      assertThat(bench.launcher.started().getFirst().shards())
          .as("an eighth of the images that go together where each is seen at once")
          .hasSize(3);
      assertThat(digests(bench)).hasSize(2).isEqualTo(whole);
    }
  }

  @Test
  void dependsOnEveryPartOfTheTiles() throws Exception {
    var evaluated =
        Set.of(
            Specks.POLICY,
            Specks.POLICY.replace("overlap: 0.25", "overlap: 0.25, whole: false"),
            Specks.POLICY.replace("overlap: 0.25", "overlap: 0.25, merge: nms, match: iou"));
    var digests = new HashSet<Digest>();
    for (var policy : evaluated) {
      try (var bench = bench(policy)) {
        run(bench);
        var passes =
            evaluations(bench).stream()
                .map(each -> each.passes().orElseThrow())
                .collect(Collectors.toSet());
        assertThat(passes)
            .singleElement()
            .extracting(Passes::most)
            .isEqualTo(policy.contains("whole: false") ? 55 : 56);
        digests.add(evaluations(bench).getFirst().write(bench.objects));
      }
    }
    assertThat(digests).hasSize(3);
  }

  @Test
  void refusesAnImageOfTooManyTilesByItsName() throws Exception {
    var policy =
        Specks.POLICY.replace("size: [32, 32], overlap: 0.25", "size: [16, 16], overlap: 0.9");
    try (var bench = bench(policy)) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason())
          .contains("'images/0")
          .contains("tiles of 16 x 16 px with overlap 0.9 (expected: at most 1,024)")
          .contains("release.detector.tiles");
    }
  }

  private static ReleaseBench bench(String policy) throws Exception {
    return specks(new ReleaseBench(Squares.model(0), Optional.empty()), policy);
  }

  private static ReleaseBench specks(ReleaseBench bench, String policy) throws Exception {
    bench.datasets.version(Specks.dataset(bench.objects));
    bench.datasets.policy(policy);
    bench.objects.reset();
    return bench;
  }
}
